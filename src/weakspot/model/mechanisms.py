"""Which of the mechanisms that a model was trained on a unit is nearest to, by the model's own eye.

``mechanisms.bin`` holds a vector for each mechanism: the mean of the model's summaries (vectors of
the line that looks weakest) of weak units made by it, scaled to length one and stored as int8 (127
is one). A JSON line with names and CWEs stands before the matrix.
"""

import json
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from weakspot.core.errors import BundleError

FILE = "mechanisms.bin"
_SCALE = 127.0

Vectors = npt.NDArray[np.float32]


class Mechanisms:
    """Names, CWEs and vectors [M, width] of what a model was trained on."""

    def __init__(self, names: Sequence[str], cwes: Sequence[str], vectors: Vectors) -> None:
        self._names = tuple(names)
        self._cwes = np.array(cwes)
        self._vectors = _unit_length(vectors)

    def to_bytes(self) -> bytes:
        """Return the file's content."""
        count, width = self._vectors.shape
        head = {"width": width, "names": self._names, "cwes": self._cwes.tolist()}
        body = np.rint(self._vectors * _SCALE).astype(np.int8)
        return json.dumps(head).encode("ascii") + b"\n" + body.tobytes() if count else b""

    @classmethod
    def read(cls, data: bytes) -> "Mechanisms":
        """Read what `to_bytes` wrote; a model without the file knows no names.

        Raises:
            BundleError: `data` is anything else.
        """
        if not data:
            return cls((), (), np.zeros((0, 1), np.float32))
        head, _, body = data.partition(b"\n")
        try:
            known = json.loads(head)
            names, cwes = list(map(str, known["names"])), list(map(str, known["cwes"]))
            matrix = np.frombuffer(body, np.int8).reshape(len(names), int(known["width"]))
        except (ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{FILE} cannot be read: {error}") from error
        if len(names) != len(cwes):
            raise BundleError(f"{FILE} names {len(names)} mechanisms of {len(cwes)} CWEs")
        return cls(names, cwes, matrix.astype(np.float32))

    def nearest(self, summary: Vectors, cwe: str) -> str:
        """Return the name of the nearest mechanism of a CWE; empty where none is known.

        `summary` is one vector [width]; near is a high cosine.
        """
        known = np.flatnonzero(self._cwes == cwe)
        if not len(known) or summary.shape[-1] != self._vectors.shape[1]:
            return ""
        best = int(known[np.argmax(self._vectors[known] @ summary)])
        return self._names[best]


def _unit_length(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled
