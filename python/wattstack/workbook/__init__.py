"""Workbooks: the model as sheets, in plain formulas or with the functions of the add-in."""

from .build import workbook

__all__ = ["workbook"]
