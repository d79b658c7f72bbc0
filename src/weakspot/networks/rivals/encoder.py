"""An encoder of Hugging Face with a linear head, as CodeBERT (arXiv 2002.08155) is fine-tuned.

Given a folder, its weights are loaded; without one, a small RoBERTa of the same kind begins from
nothing, which says what the shape can do and nothing about CodeBERT's pre-training.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    RobertaConfig,
    RobertaForSequenceClassification,
)

_PAD, _SPECIAL = 0, 2  # ours: 0 pads; RoBERTa counts positions from the pad's id on


class LinearHead(nn.Module):
    """Maps token ids [B, T] (`pad` fills the end) to logits [B]."""

    def __init__(self, model: Any, pad: int) -> None:
        super().__init__()
        self.model = model
        self.pad = pad

    def forward(self, tokens: Tensor) -> Tensor:
        """Return one logit a row."""
        found = self.model(input_ids=tokens, attention_mask=(tokens != self.pad).long())
        logits: Tensor = found.logits.squeeze(-1)
        return logits


def from_nothing(words: int, longest: int, seed: int) -> LinearHead:
    """Return a RoBERTa of 4 layers of 256 with random weights."""
    torch.manual_seed(seed)
    config = RobertaConfig(
        vocab_size=words,
        hidden_size=256,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=1024,
        max_position_embeddings=longest + _SPECIAL,
        type_vocab_size=1,
        pad_token_id=_PAD,
        bos_token_id=None,
        eos_token_id=None,
    )
    config.num_labels = 1
    return LinearHead(RobertaForSequenceClassification(config), _PAD)


def from_folder(folder: str, longest: int) -> tuple[LinearHead, Any]:
    """Load an encoder and a function that turns programs into its ids, at most `longest` each.

    Code that comes with a model is never run; weights are safetensors or weights-only pickles.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=1, trust_remote_code=False
    )

    def encode(codes: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = tokenizer(list(codes), truncation=True, max_length=longest)[
            "input_ids"
        ]
        return ids

    return LinearHead(model, tokenizer.pad_token_id or 0), encode
