"""Vectorised numerical kernels: arrays in, arrays out."""
