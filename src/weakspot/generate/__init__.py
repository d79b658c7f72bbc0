"""Makes labelled training programs out of mechanisms."""
