"""BiLSTM over the tokens of a program: Farasat and Posegga (CODASPY 2024, arXiv 2404.09537).

Theirs reads word2vec vectors learnt from 1.7 GB of public Python and decides token window by token
window; ours learns its vectors with the task, from the training rows alone.
"""

import torch
from torch import Tensor, nn


class BiLstm(nn.Module):
    """Embedding, one bidirectional LSTM, the maximum over the tokens, a linear head."""

    def __init__(self, words: int, width: int = 100, hidden: int = 100) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.lstm = nn.LSTM(width, hidden, batch_first=True, bidirectional=True)
        self.dropout = nn.Dropout(0.2)
        self.head = nn.Linear(2 * hidden, 1)

    def forward(self, tokens: Tensor) -> Tensor:
        """Map token ids [B, T] (0 pads at the end) to logits [B]."""
        mask = tokens != 0
        lengths = mask.sum(1).clamp(min=1).cpu()
        packed = nn.utils.rnn.pack_padded_sequence(
            self.dropout(self.embed(tokens)), lengths, batch_first=True, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(
            self.lstm(packed)[0], batch_first=True, total_length=tokens.shape[1]
        )
        best = states.masked_fill(~mask[..., None], torch.finfo(states.dtype).min).amax(1)
        logits: Tensor = self.head(self.dropout(best)).squeeze(-1)
        return logits
