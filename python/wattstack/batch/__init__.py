"""Many scenarios at once: the model over a table, to a table of results."""
