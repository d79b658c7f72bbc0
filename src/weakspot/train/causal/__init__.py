"""Instruction tuning of causal language models, as arXiv 2504.16584 does it (docs/finetune.md)."""
