"""Funding: who pays."""
