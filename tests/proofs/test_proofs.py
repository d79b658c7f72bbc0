"""Every proof in datasets/proofs: both sides work, and only the fixed one holds."""

from pathlib import Path

import pytest

from weakspot.dataset.proof import Outcome, proof_files, prove

ROOT = Path(__file__).resolve().parents[2]
PAIRS = ROOT / "datasets" / "top25" / "pairs"
FILES = tuple(proof_files(ROOT / "datasets" / "proofs"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_only_the_fixed_side_holds(path: Path) -> None:
    proof = prove(path, PAIRS)
    assert proof.vulnerable.works is Outcome.PASSED, f"vulnerable: {proof.vulnerable}"
    assert proof.fixed.works is Outcome.PASSED, f"fixed: {proof.fixed}"
    assert proof.vulnerable.holds is Outcome.FAILED, f"not shown: {proof.vulnerable}"
    assert proof.fixed.holds is Outcome.PASSED, f"fixed: {proof.fixed}"
