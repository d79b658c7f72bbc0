"""Decides how an untrusted value is read and what name it then goes by."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from weakspot.generate.mechanism import Mechanism
from weakspot.generate.skeleton import Skeleton
from weakspot.generate.template import has

_HINTS: dict[str, str] = {
    "CWE-89": "name user_id email q sort status column account city term",
    "CWE-78": "host target filename branch service path command domain name",
    "CWE-77": "host target filename branch service path command",
    "CWE-88": "branch target url filename pattern host",
    "CWE-22": "path filename name document file_path key folder",
    "CWE-73": "path filename name location",
    "CWE-434": "filename upload name",
    "CWE-79": "name comment q title message text bio",
    "CWE-918": "url host link callback endpoint address",
    "CWE-601": "url target location link path",
    "CWE-502": "data payload state blob body content",
    "CWE-94": "expression formula code rule text",
    "CWE-95": "expression formula code rule text",
    "CWE-1336": "name template message text title",
    "CWE-611": "xml document body text content",
    "CWE-400": "size count limit text pattern",
    "CWE-770": "size count limit page",
    "CWE-1333": "text pattern email value",
    "CWE-639": "order_id doc_id account item_id user_id",
    "CWE-862": "order_id doc_id account item_id",
    "CWE-117": "name message user text",
    "CWE-90": "user name uid email",
    "CWE-470": "name cls action plugin",
}
_BY_TAKES = {
    "text": "name value key text item title label q",
    "bytes": "data body payload blob content chunk",
    "number": "size count limit n number amount index",
    "mapping": "payload data params body fields",
    "url": "url link address endpoint callback",
    "filename": "filename upload file_name name",
}
_REBOUND = re.compile(
    r"\$in\s*(?:[-+*/|%&]?=(?!=)|:=|:\s*\w+\s*=|,[^=(]*=(?!=))"
    r"|\b(?:for|as|lambda|del|global)\s+\$in\b|,\s*\$in\s*="
)


# How often each shape of reading is drawn, in per cent.
_SHAPES = {
    "plain": 40,
    "typed": 6,
    "present": 10,
    "given": 6,
    "mapping": 6,
    "unpacked": 6,
    "split": 4,
    "renamed": 4,
    "default": 6,
    "guarded": 4,
    "namespace": 4,
    "dataclass": 4,
}


@dataclass(frozen=True, slots=True)
class Origin:
    """Statements that read the value, and the expression (`$in` or a path to it) that holds it."""

    statements: str
    access: str
    setup: str = ""
    helpers: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()


def input_hint(mechanism: Mechanism, rng: random.Random) -> str:
    """Choose what kind of name the untrusted value has."""
    fitting = _HINTS.get(mechanism.cwe) if mechanism.takes == "text" else None
    return rng.choice((fitting or _BY_TAKES[mechanism.takes]).split())


def draw_origin(
    skeleton: Skeleton, takes: str, forms: Sequence[str], checked: bool, rng: random.Random
) -> Origin:
    """Choose how the value is read. `forms` are the sides' statements, which limit what can be."""
    helpers: list[str] = []
    if skeleton.is_parameter:
        statements = ""
        if rng.random() < 0.12:
            helpers.append(_helper(rng))
            statements = "$in = $v0__pick($in)"
        return Origin(statements, "$in", helpers=tuple(helpers))
    reads = skeleton.reads(takes)
    expression = rng.choice(reads)
    single = all(_inlinable(form) for form in forms)
    if single and not checked and rng.random() < 0.25:
        shown = f"({expression})" if expression.startswith("await ") else expression
        return Origin("", shown)
    if rng.random() < 0.18:
        helpers.append(_helper(rng))
        expression = f"$v0__pick({expression})"
        if rng.random() < 0.25:
            helpers.append(_helper(rng).replace("$v0__", "$v1__"))
            expression = f"$v1__pick({expression})"
    rebound = any(_REBOUND.search(form) for form in forms)
    origin = _read(expression, takes, rebound, rng)
    return Origin(origin.statements, origin.access, origin.setup, tuple(helpers), origin.imports)


def _read(expression: str, takes: str, rebound: bool, rng: random.Random) -> Origin:
    """Draw the statements that put an expression where the use finds it."""
    texty = takes in ("text", "url", "filename")
    shape = rng.choices(tuple(_SHAPES), tuple(_SHAPES.values()))[0]
    if shape in ("split", "default") and (not texty or "await" in expression):
        shape = "plain"
    if shape in ("namespace", "dataclass"):
        return _held(shape, expression, rebound)
    statements = {
        "plain": "$in = %E",
        "typed": "$in: %TYPE = %E",
        "present": "$in = %E\nif not $in:\n    %REJECT",
        "given": "$in = %E\nif $in is None:\n    %REJECT",
        "mapping": '$s0__params = {"%KEY": %E, "<<limit|page|size>>": <<10|20|50>>}\n'
        '$in = $s0__params["%KEY"]',
        "unpacked": "$in, $s0__count = %E, <<10|20|100>>",
        "split": '$s0__kind, _, $in = %E.partition("<<:|=|/>>")',
        "renamed": "$s0__raw = %E\n$in = $s0__raw",
        "default": '$in = %E or "<<default|main|all|index>>"',
        "guarded": "try:\n    $in = %E\nexcept (KeyError, IndexError):\n    %REJECT",
    }[shape]
    return Origin(statements.replace("%E", expression), "$in")


def _held(shape: str, expression: str, rebound: bool) -> Origin:
    """Keep the value in an attribute; it is copied when the use assigns to it."""
    access = "$in" if rebound else "$s0__options.%FIELD"
    copy = "\n$in = $s0__options.%FIELD" if rebound else ""
    if shape == "namespace":
        made = f"$s0__options = types.SimpleNamespace(%FIELD={expression})"
        return Origin(made + copy, access)
    made = f"$s0__options = $Options(%FIELD={expression})"
    fields = "    %FIELD: %TYPE\n    <<limit|page>>: int = <<1|20>>"
    setup = f"@dataclass\nclass $Options:\n{fields}"
    return Origin(made + copy, access, setup, imports=("from dataclasses import dataclass",))


def _inlinable(form: str) -> bool:
    used = [line for line in form.split("\n") if has(line, "in")]
    return (
        len(used) == 1
        and used[0].count("$in") == 1
        and not re.search(r"[\"']|lambda|\bfor\b", used[0])
        and not _REBOUND.search(form)
    )


@cache
def _pass_through() -> tuple[str, ...]:
    text = resources.files("weakspot.generate").joinpath("data/pass_through.txt").read_text("utf-8")
    return tuple(block.strip("\n") for block in re.split(r"\n\n(?=def|class)", text))


def _helper(rng: random.Random) -> str:
    """Draw a function that hands its argument on."""
    return rng.choice(_pass_through())
