"""Self-attention with convolutions: Bagheri and Hegedűs (2024, doi 10.3390/software3030016).

A block is half a feed-forward, attention, a gated depthwise convolution, half a feed-forward
(Gulati et al. 2020). Theirs adds graph features of the program and another denominator in the
attention's softmax; the second is here, the first is not.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

_KERNEL = 7


class Conformer(nn.Module):
    """Embedding with learnt positions, conformer blocks, mean over the tokens, a linear head."""

    def __init__(self, words: int, longest: int, width: int = 96, blocks: int = 2) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.places = nn.Embedding(longest, width)
        self.blocks = nn.ModuleList(_Block(width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map token ids [B, T] (0 pads at the end) to logits [B]."""
        mask = tokens != 0
        x = self.embed(tokens) + self.places(torch.arange(tokens.shape[1], device=tokens.device))
        for block in self.blocks:
            x = block(x, mask)
        weights = mask[..., None].float()
        mean = (self.norm(x) * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        logits: Tensor = self.head(mean).squeeze(-1)
        return logits


class _Block(nn.Module):
    def __init__(self, width: int, heads: int = 4) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.after = _feed_forward(width), _feed_forward(width)
        self.norm_attention, self.norm_gate = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project_in = nn.Linear(width, 3 * width)
        self.project_out = nn.Linear(width, width)
        self.gate = nn.Linear(width, 2 * width)
        self.depthwise = nn.Conv1d(width, width, _KERNEL, padding=_KERNEL // 2, groups=width)
        self.norm_depth = nn.LayerNorm(width)
        self.pointwise = nn.Linear(width, width)
        self.dropout = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        x = x + 0.5 * self.before(x)
        x = x + self.dropout(self._attend(self.norm_attention(x), mask))
        x = x + self.dropout(self._convolve(self.norm_gate(x), mask))
        out: Tensor = x + 0.5 * self.after(x)
        return out

    def _attend(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, length, width = x.shape
        parts = self.project_in(x).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        scores = query @ key.transpose(-1, -2) / math.sqrt(width // self.heads)
        scores = scores.masked_fill(~mask[:, None, None], torch.finfo(scores.dtype).min)
        # Softmax with one more in the denominator: a head may attend to nothing.
        top = scores.amax(-1, keepdim=True).clamp(min=0.0)
        raised = (scores - top).exp()
        shares = raised / (raised.sum(-1, keepdim=True) + (-top).exp())
        mixed = (shares @ value).transpose(1, 2).reshape(batch, length, width)
        out: Tensor = self.project_out(mixed)
        return out

    def _convolve(self, x: Tensor, mask: Tensor) -> Tensor:
        x = functional.glu(self.gate(x), dim=-1) * mask[..., None]
        x = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        out: Tensor = self.pointwise(functional.silu(self.norm_depth(x)))
        return out


def _feed_forward(width: int) -> nn.Module:
    return nn.Sequential(
        nn.LayerNorm(width),
        nn.Linear(width, 4 * width),
        nn.SiLU(),
        nn.Dropout(0.1),
        nn.Linear(4 * width, width),
        nn.Dropout(0.1),
    )
