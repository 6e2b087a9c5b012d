"""Leases: what a site earns, what it owes, and what is left when the contract ends."""
