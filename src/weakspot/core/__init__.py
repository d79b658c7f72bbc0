"""The values every other part speaks in; imports nothing of ours and only the standard library."""
