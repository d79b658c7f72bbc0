"""Judges a suite with a causal language model as it is trained: whole snippets, one prompt each.

Scanning goes by units and a calibrated folder (`weakspot export --model`); this is the paper's own
way of measuring (arXiv 2504.16584, section 4), for fine-tuned models and for bases.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from weakspot.core.errors import DataError, MissingExtraError
from weakspot.evaluate.suites import Row, Verdict
from weakspot.model.prompt import cwe_of

_NAMED = 5  # CWEs that a verdict carries


def is_causal(folder: str) -> bool:
    """Whether a folder is a saved language model and no model folder of ours."""
    path = Path(folder)
    return (path / "config.json").is_file() and not (path / "manifest.json").is_file()


def check(folder: str, *, zero_shot: bool) -> None:
    """Find out before anything is judged that a language model cannot be measured.

    Raises:
        MissingExtraError: the ``finetune`` extra is not installed.
        DataError: the model was not fine-tuned and `zero_shot` does not ask for that, or was
            and it does.
    """
    try:
        from weakspot.networks import causal  # noqa: PLC0415  transformers when needed
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "measuring a causal language model") from error
    is_taught = (Path(folder) / causal.LABELS_FILE).exists()
    if is_taught == zero_shot:
        raise DataError(
            f"{folder} was {'' if is_taught else 'not '}fine-tuned by weakspot",
            hint="leave --zero-shot out" if is_taught else "--zero-shot measures it as it is",
        )


def judge(
    rows: Sequence[Row],
    folder: str,
    decode: str,
    threshold: float | None,
    *,
    zero_shot: bool,
    say: Callable[[str], None],
) -> Mapping[str, Verdict]:
    """Return the verdict on every row.

    With ``scores`` a row is weak when its best answer is not `Secure` or, given a threshold, when
    the weak answers together reach it. With ``generate`` the model writes freely; what is no
    answer counts as "not flagged", and how many there were is said; as is how many rows were cut.

    Raises MissingExtraError or DataError as `check` does.
    """
    check(folder, zero_shot=zero_shot)
    from weakspot.networks import causal  # noqa: PLC0415  transformers when needed

    model = causal.load(folder)
    if cut := sum(model.prompter.build(row.code).is_cut for row in rows):
        say(f"{cut} of {len(rows)} rows did not fit in {model.prompter.limit} tokens and were cut")
    if decode == "generate":
        found = {row.id: _written(causal.generated(model, row.code)) for row in rows}
        unclear = sum(one is None for one in found.values())
        if unclear:
            say(f"{unclear} of {len(rows)} answers were neither 'Secure' nor 'Vulnerable - CWE-…'")
        return {name: one or Verdict(False, 0.0) for name, one in found.items()}
    return {
        row.id: _scored(
            causal.label_scores(model, row.code).exp().tolist(), model.labels, threshold
        )
        for row in rows
    }


def _written(text: str) -> Verdict | None:
    try:
        cwe = cwe_of(text.strip().split("\n")[0].strip())
    except ValueError:
        return None
    return Verdict(False, 0.0) if cwe is None else Verdict(True, 1.0, (cwe,))


def _scored(shares: Sequence[float], labels: Sequence[str], threshold: float | None) -> Verdict:
    weak = 1.0 - shares[0]
    order = sorted(range(len(labels)), key=lambda at: (-shares[at + 1], at))
    is_weak = shares[order[0] + 1] > shares[0] if threshold is None else weak >= threshold
    return Verdict(is_weak, weak, tuple(labels[at] for at in order[:_NAMED]))
