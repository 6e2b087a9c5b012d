"""Systemic risk: who cannot pay when one cannot."""
