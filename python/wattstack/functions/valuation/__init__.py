"""Valuation: what the market pays per watt, and what converting a mine costs."""
