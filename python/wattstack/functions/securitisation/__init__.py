"""Securitisation: what each slice of the debt loses."""
