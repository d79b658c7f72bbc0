"""The nearest mechanism: by cosine, of the same weakness, and nothing where nothing is known."""

import numpy as np
import pytest

from weakspot.core.errors import BundleError
from weakspot.model.mechanisms import Mechanisms

KNOWN = Mechanisms(
    ["sql-format", "sql-join", "shell-format"],
    ["CWE-89", "CWE-89", "CWE-78"],
    np.array([[9.0, 0.0], [0.0, 0.1], [0.7, 0.7]], np.float32),
)


@pytest.mark.parametrize("known", [KNOWN, Mechanisms.read(KNOWN.to_bytes())])
def test_the_nearest_of_the_same_weakness(known: Mechanisms) -> None:
    summary = np.array([1.0, 1.1], np.float32)
    assert known.nearest(summary, "CWE-89") == "sql-join"
    assert known.nearest(summary * 1e3, "CWE-78") == "shell-format"
    assert known.nearest(summary, "CWE-22") == ""


def test_a_model_without_names_has_none() -> None:
    nothing = Mechanisms.read(b"")
    assert nothing.nearest(np.ones(2, np.float32), "CWE-89") == ""
    assert nothing.to_bytes() == b""


def test_a_vector_of_another_width_has_no_neighbour() -> None:
    assert KNOWN.nearest(np.ones(3, np.float32), "CWE-89") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"no json\n",
        b'{"width": 2, "names": ["a"]}\n\1\2',
        b'{"width": 2, "names": ["a"], "cwes": ["CWE-1"]}\n\1',
        b'{"width": 2, "names": ["a"], "cwes": []}\n\1\2',
        b"[]\n",
    ],
)
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError, match=r"mechanisms\.bin"):
        Mechanisms.read(data)
