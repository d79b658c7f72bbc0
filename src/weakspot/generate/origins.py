"""Decides how an untrusted value is read and what name it then goes by."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

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
    "text": "name value key text item title label q", "bytes": "data body payload blob content chunk",
    "number": "size count limit n number amount index", "mapping": "payload data params body fields",
    "url": "url link address endpoint callback", "filename": "filename upload file_name name",
}  # fmt: skip
_REBOUND = re.compile(
    r"\$in\s*(?:[-+*/|%&]?=(?!=)|:=|:\s*\w+\s*=|,[^=(]*=(?!=))|\b(?:for|as|lambda|del|global)\s+\$in\b|,\s*\$in\s*="
)


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
    origin = _read(expression, takes, rebound, skeleton.is_async, rng)
    return Origin(origin.statements, origin.access, origin.setup, tuple(helpers), origin.imports)


def _read(expression: str, takes: str, rebound: bool, is_async: bool, rng: random.Random) -> Origin:
    point = rng.random()
    texty = takes in ("text", "url", "filename")
    if point < 0.10:
        return Origin(f"$in = {expression}\nif not $in:\n    %REJECT", "$in")
    if point < 0.16:
        return Origin(f"$in = {expression}\nif $in is None:\n    %REJECT", "$in")
    if point < 0.22:
        return Origin(
            f'$s0__params = {{"%KEY": {expression}, "<<limit|page|size>>": <<10|20|50>>}}\n'
            '$in = $s0__params["%KEY"]', "$in",
        )  # fmt: skip
    if point < 0.28:
        return Origin(f"$in, $s0__count = {expression}, <<10|20|100>>", "$in")
    if point < 0.32 and texty and "await" not in expression:
        return Origin(f'$s0__kind, _, $in = {expression}.partition("<<:|=|/>>")', "$in")
    if point < 0.36:
        return Origin(f"$s0__raw = {expression}\n$in = $s0__raw", "$in")
    if point < 0.42 and texty:
        return Origin(f'$in = {expression} or "<<default|main|all|index>>"', "$in")
    if point < 0.46 and not is_async:
        return Origin(
            f"try:\n    $in = {expression}\nexcept (KeyError, IndexError):\n    %REJECT", "$in"
        )
    if point < 0.54:
        access = "$in" if rebound else "$s0__options.%FIELD"
        copy = "\n$in = $s0__options.%FIELD" if rebound else ""
        if rng.random() < 0.5:
            made = f"$s0__options = types.SimpleNamespace(%FIELD={expression})"
            return Origin(made + copy, access, imports=("import types",))
        return Origin(
            f"$s0__options = $Options(%FIELD={expression})" + copy, access,
            "@dataclass\nclass $Options:\n    %FIELD: %TYPE\n    <<limit|page>>: int = <<1|20>>",
            imports=("from dataclasses import dataclass",),
        )  # fmt: skip
    if point < 0.60:
        return Origin(f"$in: %TYPE = {expression}", "$in")
    return Origin(f"$in = {expression}", "$in")


def _inlinable(form: str) -> bool:
    used = [line for line in form.split("\n") if has(line, "in")]
    return (
        len(used) == 1
        and used[0].count("$in") == 1
        and not re.search(r"[\"']|lambda|\bfor\b", used[0])
        and not _REBOUND.search(form)
    )


def _helper(rng: random.Random) -> str:
    """Write a function that hands its argument on."""
    return rng.choice(
        (
            "def $v0__pick($v0__value):\n    return $v0__value",
            "def $v0__pick($v0__value, default=None):\n    if $v0__value is None:\n        return default\n    return $v0__value",
            'def $v0__pick($v0__value):\n    logger.debug("<<reading|received>> input")\n    return $v0__value',
            "def $v0__pick(value):\n    $v0__items = [value]\n    return $v0__items[0]",
            'def $v0__pick($v0__value: %TYPE) -> %TYPE:\n    if not $v0__value:\n        raise ValueError("<<missing|empty>> value")\n    return $v0__value',
            'def $v0__pick($v0__value):\n    $v0__holder = {"value": $v0__value}\n    return $v0__holder.get("value")',
        )
    )
