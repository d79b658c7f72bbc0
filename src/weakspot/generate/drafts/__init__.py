"""Drafts of labelled pairs from a language model behind an OpenAI-compatible endpoint."""
