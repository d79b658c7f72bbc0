"""What a run begins with, and the first request that follows from it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from weakspot.dataset.pairs import Pair
from weakspot.generate.drafts.attempts import now
from weakspot.generate.drafts.journal import NAME, Journal, Verdict
from weakspot.generate.drafts.order import Known, Order, Request, request


def beginning(
    order: Order, existing: Iterable[Pair], verdicts: Iterable[Verdict]
) -> Mapping[str, Any]:
    """Say what exists now; a run that continues goes on from what was said at first."""
    taken: dict[str, list[str]] = {}
    for pair in existing:
        taken.setdefault(pair.cwe, []).append(pair.mechanism)
    for verdict in verdicts:
        if verdict.pair is not None:
            cwe, _, mechanism = verdict.pair.partition("/")
            taken.setdefault(cwe, []).append(mechanism)
    return {
        "model": order.model,
        "prompt": order.prompt.name,
        "prompt_digest": order.prompt.digest,
        "seed": order.seed,
        "date": now().date().isoformat(),
        "taken": {cwe: sorted(set(names)) for cwe, names in sorted(taken.items())},
    }


def first_request(order: Order, folder: Path, existing: Iterable[Pair]) -> Request:
    """Return the first request of a run into a folder, begun there already or not.

    `existing` are all pairs that the run would know, its folder's own ones among them. Nothing is
    begun. Raises UsageError and DataError as `Journal`.
    """
    about = None
    verdicts: tuple[Verdict, ...] = ()
    if (folder / NAME).exists():
        with Journal(folder) as journal:
            about = journal.begun.get(order.run)
            verdicts = tuple(journal.verdicts.values())
    about = about or beginning(order, existing, verdicts)
    cwe = order.cwes[0]
    known = Known(about["taken"].get(cwe, ()), (), (), about["date"])
    return request(order, cwe, 0, 0, known)
