"""The model over statements: a unit is as weak as its weakest statement."""

import hashlib
import math

import numpy as np
import pytest

from weakspot.core.errors import BundleError
from weakspot.model import hashed, sites
from weakspot.model.sites import Sites, places_of

SETTINGS = {"bias": 0.25, "weight": 2.0, "unread": -1.5, "reading": "1-0123"}


def made() -> Sites:
    table = np.zeros(sites.SIZE)
    for text, value in (("call eval", 3.0), ("call quote", -3.0)):
        table[hashed.placed({text: 1}, sites.SIZE)[0]] = value
    return Sites.read(hashed.to_bytes(table, np.ones(sites.SIZE)), SETTINGS)


def test_the_weakest_statement_counts_whatever_else_there_is() -> None:
    model = made()
    weak, sound, plain = ({"call eval"}, {"call quote"}, {"call f"})
    assert model([weak]) == pytest.approx(2.0 * 3.25)
    assert model([sound, weak, plain]) == model([weak])
    assert model([sound, plain]) == pytest.approx(2.0 * 0.25)
    # In one statement they speak against each other.
    assert model([weak | sound]) == pytest.approx(2.0 * 0.25)


def test_a_unit_that_could_not_be_read_scores_what_was_measured_of_sound_ones() -> None:
    assert made()([]) == pytest.approx(2.0 * -1.5)
    assert made().reading == "1-0123"


def test_what_falls_together_counts_once() -> None:
    assert places_of({"a", "b", "c"}).tolist() == sorted({*places_of(["c", "b", "a"]).tolist()})
    counted, _ = hashed.placed({"a": 1, "b": 2, "ü": 1}, sites.SIZE)
    assert places_of(["a", "b", "ü", "b"]).tolist() == counted.tolist()
    many = [hashlib.sha256(str(at).encode()).hexdigest() for at in range(5_000)]
    assert len(places_of(many)) == len(set(places_of(many).tolist())) < 5_000


@pytest.mark.parametrize(
    ("data", "settings"),
    [
        (b"", SETTINGS),
        (bytes(4), SETTINGS),
        (bytes(4 * sites.SIZE), {"weight": 1.0}),
        (bytes(4 * sites.SIZE), {**SETTINGS, "unread": "?"}),
        (bytes(4 * sites.SIZE), {**SETTINGS, "unread": math.inf}),
        (bytes(4 * sites.SIZE), {"bias": 0.0, "weight": 1.0, "unread": 0.0}),
    ],
)
def test_what_does_not_fit_is_refused(data: bytes, settings: dict[str, object]) -> None:
    with pytest.raises(BundleError, match=r"sites\.bin"):
        Sites.read(data, settings)
