"""The bidirectional encoder and its heads (PyTorch).

Pre-norm transformer with rotary positions (Su et al. 2021), query-key normalisation, squared
ReLU and no biases. One pass gives a verdict for the unit, a score for each CWE, a score for each
line and each CWE on each line, and how much the verdict hangs on code that is not shown.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of an encoder; `context` is the longest input in tokens."""

    vocabulary: int
    layers: int
    width: int
    heads: int
    feed_forward: int
    context: int
    labels: int


class Outputs(NamedTuple):
    """Logits of one batch: B units, L lines (padded), C labels."""

    verdict: Tensor  # [B]
    cwes: Tensor  # [B, C]
    lines: Tensor  # [B, L]
    line_cwes: Tensor  # [B, L, C]
    needs_context: Tensor  # [B]
    summary: Tensor  # [B, width], the vector of the line that looks weakest


def rotary(length: int, width: int) -> tuple[Tensor, Tensor]:
    """Return cosine and sine tables, each [length, width]."""
    frequencies = 1.0 / 10_000 ** (torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(length).float(), frequencies)
    angles = torch.cat([angles, angles], dim=-1)
    return angles.cos(), angles.sin()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Apply rotary positions to x [B, H, T, D]."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat([-second, first], dim=-1) * sine


class Block(nn.Module):
    """One layer: self-attention and a squared-ReLU feed-forward, both with residuals."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.head_width = shape.width // shape.heads
        self.norm_attention = nn.RMSNorm(shape.width, eps=1e-6, elementwise_affine=False)
        self.norm_feed = nn.RMSNorm(shape.width, eps=1e-6, elementwise_affine=False)
        self.norm_query = nn.RMSNorm(self.head_width, eps=1e-6, elementwise_affine=False)
        self.norm_key = nn.RMSNorm(self.head_width, eps=1e-6, elementwise_affine=False)
        self.project_in = nn.Linear(shape.width, 3 * shape.width, bias=False)
        self.project_out = nn.Linear(shape.width, shape.width, bias=False)
        self.feed_in = nn.Linear(shape.width, shape.feed_forward, bias=False)
        self.feed_out = nn.Linear(shape.feed_forward, shape.width, bias=False)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor, mask: Tensor | None) -> Tensor:
        """Map [B, T, width] to the same shape; `mask` [B, 1, 1, T] is true where tokens are."""
        batch, length, width = x.shape
        mixed = self.project_in(self.norm_attention(x))
        mixed = mixed.view(batch, length, 3, self.heads, self.head_width)
        query, key, value = mixed.permute(2, 0, 3, 1, 4).unbind(0)
        query = rotate(self.norm_query(query), cosine, sine)
        key = rotate(self.norm_key(key), cosine, sine)
        value = value.to(query.dtype)
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(batch, length, width)
        x = x + self.dropout(self.project_out(attended))
        hidden = functional.relu(self.feed_in(self.norm_feed(x))).square()
        fed: Tensor = self.dropout(self.feed_out(hidden))
        return x + fed


class Encoder(nn.Module):
    """Token ids to contextual vectors, with the tied head for masked-token pre-training."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(shape.vocabulary, shape.width)
        blocks = [Block(shape, dropout) for _ in range(shape.layers)]
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.RMSNorm(shape.width, eps=1e-6, elementwise_affine=False)
        self.cosine: Tensor
        self.sine: Tensor
        cosine, sine = rotary(shape.context, shape.width // shape.heads)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        nn.init.normal_(self.embedding.weight, std=0.02)
        for block in blocks:
            nn.init.zeros_(block.project_out.weight)
            nn.init.zeros_(block.feed_out.weight)

    def forward(self, ids: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map ids [B, T] to vectors [B, T, width]; `mask` [B, T] is true where tokens are."""
        length = ids.shape[1]
        cosine, sine = self.cosine[:length], self.sine[:length]
        wide = None if mask is None else mask[:, None, None, :]
        x: Tensor = self.embedding(ids) * self.shape.width**0.5
        for block in self.blocks:
            x = block(x, cosine, sine, wide)
        normed: Tensor = self.norm(x)
        return normed

    def below(self, layers: int) -> list[nn.Parameter]:
        """Return the weights of the embedding and of the first `layers` layers; none for 0."""
        if not layers:
            return []
        parts = [self.embedding, *self.blocks[:layers]]
        return [weights for part in parts for weights in part.parameters()]

    def token_logits(self, vectors: Tensor) -> Tensor:
        """Map vectors [N, width] to vocabulary logits [N, vocabulary] with the tied embedding."""
        return vectors @ self.embedding.weight.T


class WeaknessDetector(nn.Module):
    """An `Encoder` with the four heads that scanning reads."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        width, labels = encoder.shape.width, encoder.shape.labels
        self.encoder = encoder
        self.summary = nn.Linear(width, width)
        self.verdict = nn.Linear(width, 1)
        self.cwes = nn.Linear(width, labels)
        self.needs_context = nn.Linear(width, 1)
        self.line = nn.Linear(width, 1)
        self.line_cwes = nn.Linear(width, labels)
        # A line is rarely weak and a CWE rarely the one: start from there, not from one half.
        nn.init.constant_(self.line.bias, -2.0)
        nn.init.constant_(self.verdict.bias, 1.0)
        nn.init.constant_(self.line_cwes.bias, -5.0)

    def forward(
        self,
        ids: Tensor,
        anchors: Tensor,
        mask: Tensor | None = None,
        line_mask: Tensor | None = None,
    ) -> Outputs:
        """Score units: ids [B, T], anchors [B, L] positions, masks true where something is."""
        return self.judge(self.encoder(ids, mask), anchors, mask, line_mask)

    def judge(
        self,
        vectors: Tensor,
        anchors: Tensor,
        mask: Tensor | None = None,
        line_mask: Tensor | None = None,
    ) -> Outputs:
        """Score units from the encoder's vectors [B, T, width]."""
        whole, lines = pooled(vectors, anchors, mask, line_mask)
        unit = functional.relu(self.summary(vectors[:, 0] + whole))
        line = self.line(lines).squeeze(-1).float()
        line_cwes = self.line_cwes(lines).float()
        if line_mask is not None:
            line = line.masked_fill(~line_mask, -30.0)
            line_cwes = line_cwes.masked_fill(~line_mask.unsqueeze(-1), -30.0)
        # The unit is as weak as its weakest line, corrected by what the whole looks like.
        return Outputs(
            verdict=self.verdict(unit).squeeze(-1).float() + line.amax(dim=1),
            cwes=self.cwes(unit).float() + line_cwes.amax(dim=1),
            lines=line,
            line_cwes=line_cwes,
            needs_context=self.needs_context(unit).squeeze(-1).float(),
            summary=_at(lines, line.argmax(dim=1, keepdim=True)).squeeze(1).float(),
        )


class Together(nn.Module):
    """Detectors of one shape that judge together: the mean of what each says.

    `summary` is the last one's alone: vectors of several networks have no common axes.
    """

    def __init__(self, *networks: WeaknessDetector) -> None:
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(
        self,
        ids: Tensor,
        anchors: Tensor,
        mask: Tensor | None = None,
        line_mask: Tensor | None = None,
    ) -> Outputs:
        """Score units as `WeaknessDetector` does."""
        said = [network(ids, anchors, mask, line_mask) for network in self.networks]
        means = [torch.stack(logits).mean(0) for logits in zip(*said, strict=True)]
        return Outputs(*means)._replace(summary=said[-1].summary)


def pooled(
    vectors: Tensor, anchors: Tensor, mask: Tensor | None, line_mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the mean vector of each unit [B, width], and one vector for each line [B, L, width].

    A line is its anchor's vector plus the mean over its tokens, which reach from its anchor to the
    next one. Means are differences of running sums: one pass, whatever the number of lines.
    """
    count = torch.full_like(anchors[:, :1], vectors.shape[1])
    if mask is not None:
        vectors = vectors * mask.unsqueeze(-1)
        count = mask.sum(1, keepdim=True)
    sums = functional.pad(vectors.float().cumsum(1), (0, 0, 1, 0))
    ends = torch.cat([anchors[:, 1:], count], 1)
    if line_mask is not None:
        places = torch.arange(anchors.shape[1], device=anchors.device)
        is_last = places + 1 >= line_mask.sum(1, keepdim=True)
        ends = torch.where(is_last, count, ends)
    ends = torch.maximum(ends, anchors + 1)
    total = _at(sums, ends) - _at(sums, anchors)
    lines = _at(vectors, anchors) + total / (ends - anchors).unsqueeze(-1)
    return sums[:, -1] / count, lines


def _at(values: Tensor, index: Tensor) -> Tensor:
    """Take the vectors [B, L, width] of `values` [B, T, width] at the places `index` [B, L]."""
    return torch.gather(values, 1, index.unsqueeze(-1).expand(-1, -1, values.shape[-1]))
