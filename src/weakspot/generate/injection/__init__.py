"""Weaknesses put into real functions by undoing what keeps them out (docs/generate.md)."""
