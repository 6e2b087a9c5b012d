"""Capital: what a gigawatt costs and what must pay for it."""
