"""What things cost beside their peers: ratios, medians of several runs in one process."""
