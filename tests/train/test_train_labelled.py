"""Which units of a family are kept: those that tell weak from sound, and nothing half weak."""

import dataclasses
import re

import pytest

import tiny_model
from weakspot.core.example import Example, Role
from weakspot.train.labelled import families, is_unequal

LABELS = ("CWE-78",)
WEAK = """
import os


def listed(name):
    return os.popen("ls " + name)


def shown(request):
    return listed(request.args["name"])


def quiet(number):
    return number + 1
"""
SOUND = WEAK.replace('os.popen("ls " + name)', "os.listdir(name)")


def kept(*sides: tuple[str, Role]) -> list[tuple[str, Role, bool]]:
    """Return the name, role and verdict of each unit that is kept of one family."""
    tokenizer = tiny_model.tokenizer()
    examples = [
        Example(role.value, code, role, "CWE-78", (6,) if role.is_weak else (), "f", "m")
        for code, role in sides
    ]
    (found,) = families(examples, tokenizer, LABELS, 400)
    texts = [(tokenizer.decode(unit.ids), unit) for unit in found]
    return [(re.findall(r"def (\w+)", text)[-1], unit.role, unit.is_weak) for text, unit in texts]


@pytest.mark.parametrize("weak", [Role.VULNERABLE, Role.WRONG_FIX])
def test_an_unchanged_caller_of_a_weak_helper_is_no_sound_example(weak: Role) -> None:
    assert sorted(kept((WEAK, weak), (SOUND, Role.FIXED))) == [
        ("listed", Role.FIXED, False),
        ("listed", weak, True),
        ("shown", Role.FIXED, False),
    ]


@pytest.mark.parametrize(
    "guard", ["", "    if not name.isalnum():\n        raise ValueError(name)\n"]
)
def test_sides_are_unequal_where_one_holds_much_more(guard: str) -> None:
    weak = "import os\n\n\ndef listed(name):\n    return os.popen('ls ' + name)\n"
    sound = weak.replace("    return", guard + "    return").replace("popen", "listdir")
    for sides in ((weak, sound), (sound, weak)):
        examples = [
            Example(role.value, code, role, "CWE-78", (5,) if role.is_weak else (), "f", "m")
            for code, role in zip(sides, (Role.VULNERABLE, Role.FIXED), strict=True)
        ]
        (found,) = families(examples, tiny_model.tokenizer(), LABELS, 400)
        assert is_unequal(found) is bool(guard)
        assert not is_unequal(found[:1])  # nothing beside it
        assert not is_unequal((*found, dataclasses.replace(found[0], role=Role.FIXED)))
