"""Drafts of labelled pairs from the security fixes in a git repository's history."""
