"""The encoder's layers in the form that ONNX Runtime runs fastest.

Attention and rotary positions become one operator each (``com.microsoft``), and norms are written
so that ONNX Runtime takes them for one. What a layer computes stays the same; it holds for one
unit at a time, without a mask and without dropout, which is how scanning asks.
"""

import copy
from collections.abc import Callable
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from weakspot.networks.encoder import Block

M = TypeVar("M", bound=nn.Module)


def fused(model: nn.Module) -> nn.Module:
    """Return a copy of a network, or of several together, with fused layers."""
    made = copy.deepcopy(model)
    _replace(made, nn.RMSNorm, _Norm)
    _replace(made, Block, _FusedBlock)
    return made


def _replace(model: nn.Module, kind: type[M], made_of: Callable[[M], nn.Module]) -> None:
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, kind):
                setattr(parent, name, made_of(child))


class _Norm(nn.Module):
    """`nn.RMSNorm` without weights, in the form that is recognised as one operator."""

    def __init__(self, norm: nn.RMSNorm) -> None:
        super().__init__()
        if norm.eps is None or norm.elementwise_affine:
            raise ValueError("a norm to export has an epsilon and no weights")
        self.epsilon = norm.eps
        self.scale: Tensor
        self.register_buffer("scale", torch.ones(norm.normalized_shape), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        mean = (x**2).mean(-1, keepdim=True)
        normed: Tensor = x / torch.sqrt(mean + self.epsilon) * self.scale
        return normed


class _FusedBlock(nn.Module):
    """`Block` for export; shares its weights."""

    def __init__(self, block: Block) -> None:
        super().__init__()
        self.heads, self.head_width = block.heads, block.head_width
        self.norm_attention, self.norm_feed = block.norm_attention, block.norm_feed
        self.norm_query, self.norm_key = block.norm_query, block.norm_key
        self.project_in, self.project_out = block.project_in, block.project_out
        self.feed_in, self.feed_out = block.feed_in, block.feed_out

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        """Map [1, T, width] to the same shape; there is no mask."""
        if mask is not None:
            raise ValueError("a fused layer takes one unit, without a mask")
        mixed = self.project_in(self.norm_attention(x))
        query, key, value = mixed.split(x.shape[-1], dim=-1)
        query = self._turned(self._normed(query, self.norm_query), cosine, sine)
        key = self._turned(self._normed(key, self.norm_key), cosine, sine)
        attended = torch.onnx.ops.symbolic(
            "com.microsoft::MultiHeadAttention",
            (query, key, value),
            {"num_heads": self.heads},
            dtype=x.dtype,
            shape=x.shape,
            version=1,
        )
        x = x + self.project_out(attended)
        hidden = functional.relu(self.feed_in(self.norm_feed(x)))
        fed: Tensor = self.feed_out(hidden * hidden)
        return x + fed

    def _normed(self, x: Tensor, norm: nn.Module) -> Tensor:
        by_head = x.reshape(*x.shape[:2], self.heads, self.head_width)
        normed: Tensor = norm(by_head).reshape(x.shape)
        return normed

    def _turned(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """Apply rotary positions; the tables repeat their first half in the second."""
        half = self.head_width // 2
        places = torch.arange(x.shape[1], device=x.device).unsqueeze(0)
        turned: Tensor = torch.onnx.ops.symbolic(
            "com.microsoft::RotaryEmbedding",
            (x, places, cosine[:, :half], sine[:, :half]),
            {"num_heads": self.heads},
            dtype=x.dtype,
            shape=x.shape,
            version=1,
        )
        return turned
