"""Reconciliation: gap scan, day sheets, statements."""
