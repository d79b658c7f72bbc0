"""weakspot finds CWE weaknesses in Python code with a small model on the user's own machine."""

__version__ = "0.1.0"
