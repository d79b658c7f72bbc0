"""A language model behind an OpenAI-compatible endpoint (docs/decisions/0011-llm-client.md)."""
