"""Provenance and help: where a figure comes from, what a function does, what is wrong with a call."""
