"""Measures what the data and the models are worth."""
