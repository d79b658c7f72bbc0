"""Asks the parts of a model about a unit as a scan will: its networks, and its linear models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from weakspot.backends import sessions
from weakspot.backends.added import Added, Addends
from weakspot.export import onnx_graph
from weakspot.model.beside import Beside

Heads = tuple[float, Any, float]  # logits of the verdict, of the CWEs [C], of the need of context


@dataclass(frozen=True, slots=True)
class Adding:
    """What linear models add for an encoded unit, whose ids `text_of` reads."""

    said: Added
    text_of: Callable[[Sequence[int]], str]

    def __call__(self, unit: Any) -> Addends:
        """Return all that is added."""
        return self.said.about(self.text_of(unit.ids), len(unit.anchors)).whole


def judges(
    graphs: Sequence[bytes], added: Adding, others: int
) -> tuple[Callable[[Any], Heads], Callable[[Any], Heads]]:
    """Return what asks the first network about a unit, and what asks all.

    `graphs` are the first network's and, if there are `others`, that of their mean.
    """
    opened = [sessions.opened(graph) for graph in graphs]
    mean = Beside(max(1, others), 0.0).mean

    def heads(session: Any, unit: Any) -> Heads:
        verdict, cwes, _, _, context, _ = onnx_graph.run(session, unit.ids, unit.anchors)
        return float(verdict), cwes, float(context)

    def with_added(unit: Any, verdict: float, cwes: Any, context: float) -> Heads:
        more = added(unit)
        return verdict + more.verdict, cwes + more.cwes, context

    def first(unit: Any) -> Heads:
        return with_added(unit, *heads(opened[0], unit))

    def score(unit: Any) -> Heads:
        if len(opened) == 1:
            return first(unit)
        both = (heads(session, unit) for session in opened)
        return with_added(unit, *(mean(*pair) for pair in zip(*both, strict=True)))

    return first, score
