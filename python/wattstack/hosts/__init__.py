"""Hosts: where people type the functions. Thin: each hands cells to `sheet.answer` and shows what comes back."""
