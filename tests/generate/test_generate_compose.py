import ast
import builtins
import os
import random
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from weakspot.core.example import Example, Role
from weakspot.generate.compose import CompositionError, compose, compose_all
from weakspot.generate.mechanism import Kind, Mechanism
from weakspot.generate.names import HINTING
from weakspot.generate.padding import draw_padding

SEEDS = range(12)
SINKS = {
    "sample-sql": "execute(",
    "sample-command": "shell=True",
    "sample-async-fetch": ".get(",
    "sample-flask-redirect": "redirect(",
    "sample-pickle": "loads(",
    "sample-digest": "(",
    "sample-module": "debug=True",
}
UNFILLED = re.compile(
    r"\$[A-Za-z]|<<\w|%(?:KEY|TYPE|BODY|OTHER|REJECT|FIELD|V|O|[A-D])\b|#!|#\.\.\."
)


@pytest.fixture(scope="module")
def families(samples: dict[str, Mechanism]) -> list[tuple[Example, ...]]:
    pool = tuple(samples.values())
    return [compose(one, seed, pool) for one in pool for seed in SEEDS]


def unbound(code: str) -> set[str]:
    tree = ast.parse(code)
    bound = set(dir(builtins)) | {"__file__", "__name__"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound.update((one.asname or one.name).split(".")[0] for one in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} - bound


def test_programs_parse_and_leave_nothing_unfilled_or_unbound(families):
    for example in (one for family in families for one in family):
        assert not UNFILLED.search(example.code), example.code
        assert unbound(example.code) == set(), example.code


def test_marked_lines_are_the_sink_and_only_weak_sides_have_them(families):
    for example in (one for family in families for one in family):
        lines = example.code.split("\n")
        assert bool(example.lines) == example.role.is_weak, example.id
        for line in example.lines:
            assert SINKS[example.mechanism] in lines[line - 1], (example.id, lines[line - 1])


def test_a_family_has_the_roles_its_mechanism_allows_and_no_two_equal_sides(families):
    for family in families:
        roles = [one.role for one in family]
        assert roles[:2] == [Role.VULNERABLE, Role.FIXED]
        assert len({one.code for one in family}) == len(family)
        assert len({one.family for one in family}) == 1
        if family[0].mechanism in ("sample-sql", "sample-command", "sample-digest"):
            assert roles == [Role.VULNERABLE, Role.FIXED, Role.DECOY, Role.WRONG_FIX]


def test_sides_share_their_names_and_their_skeleton(samples):
    pool = (samples["sample-command"],)
    for seed in SEEDS:
        family = compose(samples["sample-command"], seed, pool)
        signatures = [
            re.findall(r"^ *(?:async )?def [^\n]+", one.code, re.MULTILINE) for one in family
        ]
        main = [next(line for line in lines if "refresh" not in line) for lines in signatures]
        shared = set.intersection(*(set(lines) for lines in signatures))
        assert shared & set(main), (seed, signatures)


def test_framework_bound_code_stands_in_its_framework(samples):
    pool = (samples["sample-flask-redirect"],)
    for seed in range(20):
        example = compose(pool[0], seed, pool)[0]
        assert "flask" in example.frameworks
        assert not {"django", "fastapi", "cli"} & set(example.frameworks)


def test_code_that_waits_stands_in_async_functions(samples):
    for seed in range(20):
        code = compose(samples["sample-async-fetch"], seed, ())[0].code
        for function in ast.walk(ast.parse(code)):
            if isinstance(function, ast.FunctionDef):
                assert not any(
                    isinstance(node, ast.Await | ast.AsyncWith) for node in function.body
                )


def test_flow_programs_come_in_many_skeletons_and_a_third_are_bare(samples):
    pool = (samples["sample-sql"],)
    frameworks = Counter(
        next(name for name in reversed(compose(pool[0], seed, pool)[0].frameworks))
        for seed in range(200)
    )
    assert len(frameworks) >= 14, frameworks
    assert 0.22 <= frameworks["bare-parameter"] / 200 <= 0.38


def test_the_sanitiser_that_is_right_for_a_weakness_is_never_its_wrong_fix(samples):
    for seed in range(80):
        for example in compose(samples["sample-command"], seed, (samples["sample-command"],)):
            if example.role is Role.WRONG_FIX:
                assert "shlex" not in example.code
                assert "parse.quote(" not in example.code


def test_same_seed_same_bytes_in_another_process(samples):
    expected = "".join(
        one.code
        for seed in (1, 2)
        for one in compose(samples["sample-sql"], seed, tuple(samples.values()))
    )
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from conftest import SAMPLES\nfrom weakspot.generate.compose import compose\n"
        "sys.stdout.write(''.join(e.code for s in (1, 2) for e in compose(SAMPLES[0], s, SAMPLES)))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": os.pathsep.join(sys.path)}
    other = subprocess.run(
        [sys.executable, "-c", script, str(Path(__file__).parent)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert other.stdout == expected


def test_seeds_differ(samples):
    codes = {compose(samples["sample-digest"], seed, ())[0].code for seed in range(20)}
    assert len(codes) == 20


def test_distractors_stand_on_all_sides_alike(samples):
    pool = (samples["sample-command"], samples["sample-digest"])
    seen = Counter()
    for seed in range(60):
        family = compose(samples["sample-command"], seed, pool)
        having = {"hexdigest" in one.code or ".hexdigest" in one.code for one in family}
        assert len(having) == 1, family[0].family
        seen[having.pop()] += 1
    assert 10 <= seen[True] <= 50


def test_no_name_of_ours_hints_at_the_label(families):
    for example in (one for family in families for one in family):
        for node in ast.walk(ast.parse(example.code)):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                assert not HINTING.search(node.id), (example.id, node.id)


def test_length_does_not_tell_the_fixed_side(samples):
    pool = tuple(samples.values())
    longer = 0.0
    for seed in range(160):
        vulnerable, fixed, *_ = compose(samples["sample-async-fetch"], seed, pool)
        longer += (len(fixed.code) > len(vulnerable.code)) + (
            len(fixed.code) == len(vulnerable.code)
        ) / 2
    assert 0.40 <= longer / 160 <= 0.60  # unpadded it would be 1


def test_padding_follows_a_random_order():
    order = Counter()
    for seed in range(400):
        padding = draw_padding([100, 300], [40] * 24, has_function=True, rng=random.Random(seed))
        sizes = [
            length + 45 * sum(map(len, added.values()))
            for length, added in zip([100, 300], padding, strict=True)
        ]
        order[sizes[0] > sizes[1]] += 1
    assert 130 <= order[True] <= 240


def test_a_template_slip_names_the_mechanism():
    broken = Mechanism(
        id="sample-broken",
        cwe="CWE-78",
        kind=Kind.LOCAL,
        vulnerable=("os.system($cmd  #!",),
        fixed=("os.system('uptime')",),
    )
    with pytest.raises(CompositionError, match="sample-broken"):
        compose(broken, 0, ())


def test_a_weak_side_without_a_marked_line_is_refused():
    unmarked = Mechanism(
        id="sample-unmarked",
        cwe="CWE-78",
        kind=Kind.LOCAL,
        vulnerable=("os.system($cmd)",),
        fixed=("os.system('uptime')",),
        imports=("import os",),
        given=(("cmd", "input()"),),
    )
    with pytest.raises(CompositionError, match="markers"):
        compose(unmarked, 0, ())


def test_compose_all_yields_whole_families(samples):
    pool = tuple(samples.values())
    found = list(compose_all(pool, 2, seed=3))
    assert Counter(one.role for one in found)[Role.FIXED] == 2 * len(pool)
    assert len({one.id for one in found}) == len(found)
