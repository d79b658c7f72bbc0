"""Turns trained weights into a model folder that scanning loads, after proving they agree."""
