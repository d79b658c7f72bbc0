import ast
import re

import pytest

from weakspot.generate.compose import compose
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.mechanisms import all_mechanisms


def test_every_mechanism_composes():
    pool = all_mechanisms()
    assert [one.id for one in pool] == sorted({one.id for one in pool})
    for mechanism in pool:
        for example in compose(mechanism, 5, pool):
            last = example.code.count("\n") + 1
            assert ast.parse(example.code).body
            assert bool(example.lines) == example.role.is_weak, example.id
            assert all(1 <= line <= last for line in example.lines)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Not Kebab"}, "kebab"),
        ({"cwe": "89"}, "CWE id"),
        ({"fixed": ()}, "fixed form"),
        ({"takes": "json"}, "takes"),
    ],
)
def test_a_mechanism_that_breaks_the_contract_is_refused(change, message):
    fields = {
        "id": "a-b",
        "cwe": "CWE-89",
        "kind": Kind.FLOW,
        "vulnerable": ("x",),
        "fixed": ("y",),
    }
    with pytest.raises(ValueError, match=message):
        Mechanism(**{**fields, **change})


def test_a_string_where_forms_belong_is_refused():
    with pytest.raises(TypeError, match="decoy"):
        Mechanism("a-b", "CWE-89", Kind.FLOW, ("x",), ("y",), decoy="z")


def test_the_fix_of_a_command_takes_no_option_from_the_value():
    for mechanism in all_mechanisms():
        if mechanism.cwe in ("CWE-77", "CWE-78"):
            for form in (*mechanism.fixed, *mechanism.decoy):
                before = re.findall(r'"([^"]*)", \$in\b', form)
                assert set(before) <= {"--", "-i", "run"}, (mechanism.id, form)


def test_a_shelf_is_weak_where_its_values_are_read():
    (shelf,) = [one for one in all_mechanisms() if one.id == "shelve-open"]
    assert all("$shelf[" in form for form in (*shelf.vulnerable, *shelf.wrong_fix))


def test_ciphers_that_stay_are_counters_or_authenticated():
    (found,) = [one for one in all_mechanisms() if one.id == "weak-cipher-paramiko-algorithms"]
    (decoy,) = found.decoy
    (line,) = (line for line in decoy.split("\n") if "ciphers" in line)
    kept = line.split("=", 1)[1].replace("$opts.ciphers", "offered").replace("$c", "c")
    offered = ("aes128-ctr", "aes256-gcm@openssh.com", "aes192-cbc", "blowfish-cbc", "3des-cbc")
    assert eval(kept, {"offered": offered}) == offered[:2]
