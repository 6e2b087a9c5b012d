"""Power: the gap, the supply paths, the gross-ups."""
