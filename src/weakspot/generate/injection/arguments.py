"""Arguments of calls that switch a protection off, give a secret away, or take too long."""

import ast
import random
import re
from collections.abc import Iterator
from copy import deepcopy

from weakspot.generate.injection.edit import Edit, Function, varies
from weakspot.generate.injection.repetition import slowed

_HTTP = re.compile(
    r"^(requests|httpx)\.(get|post|put|patch|delete|head|request|Session|Client|AsyncClient|stream)$"
    r"|^boto3\.(client|resource)$"
    r"|(?i:session|client|http|requests)\w*\.(get|post|put|patch|delete|head|request)$"
)
# Keywords that only switch the check of certificates; `verify` has other meanings elsewhere.
_CERTIFICATES = ("verify_ssl", "validate_certs", "ssl_verify", "check_hostname")


def verification(node: ast.Call, name: str, rng: random.Random) -> Iterator[Edit]:
    """The check of certificates is switched off, or on again."""
    off = [
        one
        for one in node.keywords
        if (one.arg in _CERTIFICATES or (one.arg == "verify" and _HTTP.search(name)))
        and isinstance(one.value, ast.Constant)
        and one.value.value is False
    ]
    if off:
        sound = deepcopy(node)
        sound.keywords = [one for one in sound.keywords if one.arg != off[0].arg]
        if rng.random() < 0.4:
            sound.keywords.append(ast.keyword(off[0].arg, ast.Constant(True)))
        yield Edit("certificate-check", "CWE-295", node, (node,), (sound,))
    elif _asks_server(node, name):
        weak = deepcopy(node)
        weak.keywords.append(ast.keyword("verify", ast.Constant(False)))
        yield Edit("certificate-check", "CWE-295", node, (weak,), (node,))


def _asks_server(node: ast.Call, name: str) -> bool:
    is_decided = any(one.arg in ("verify", None) for one in node.keywords)
    has_address = "http" in name or "url" in ast.unparse(node).lower()
    return bool(_HTTP.search(name)) and not is_decided and has_address


_SECRET = re.compile(
    r"^(password|passwd|secret|secret_key|api_key|apikey|auth_token|token|passphrase|client_secret|private_key|access_key)$"
)
_SYLLABLES = ("kor", "bel", "tan", "mir", "zul", "fen", "rok", "vas", "lim", "dor")


def credential(node: ast.Call, rng: random.Random) -> Iterator[Edit]:
    """A credential that came from outside stands in the source."""
    for keyword in node.keywords:
        if keyword.arg and _SECRET.match(keyword.arg) and varies(keyword.value):
            word = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4)))
            secret = rng.choice(
                (
                    f"{word}{rng.randint(10, 9999)}",
                    word.title() + "!" + str(rng.randint(1, 99)),
                    f"{rng.getrandbits(128):032x}",
                )
            )
            value = keyword.value
            yield Edit("literal-credential", "CWE-798", value, (ast.Constant(secret),), (value,))


_WITHOUT_GROUPS = frozenset({"match", "search", "fullmatch"})
_MATCHERS = _WITHOUT_GROUPS | {"compile", "sub", "findall", "split", "finditer"}
_VERBOSE = re.compile(r"\b(?:X|VERBOSE)\b")  # spaces and comments in it are no elements


def slow_pattern(node: ast.Call, name: str) -> Iterator[Edit]:
    """A repetition is repeated once more: matching time grows exponentially."""
    method = name.removeprefix("re.")
    if method == name or method not in _MATCHERS or not node.args:
        return
    text = node.args[0]
    if not isinstance(text, ast.Constant) or not isinstance(text.value, str):
        return
    if any(_VERBOSE.search(ast.unparse(one)) for one in (*node.args[1:], *node.keywords)):
        return
    may_capture = method in _WITHOUT_GROUPS and "(" not in text.value
    slow = slowed(text.value, method == "fullmatch", may_capture)
    if slow is not None:
        yield Edit("nested-repetition", "CWE-1333", text, (ast.Constant(slow),), (text,))


# What may hold a secret by its name: none of it is what a sound twin logs.
_MAYBE_SECRET = re.compile(
    r"pass|pwd|secret|token|key|cred|auth|pin|otp|cookie|session|hash|salt|nonce|seed|cert|private"
    r"|sign|header|config|setting|code|card|cvv|ssn|iban|dsn|jwt|args",
    re.IGNORECASE,
)


def logged_secret(function: Function, rng: random.Random) -> Iterator[Edit]:
    """A secret parameter is logged; the sound twin logs another one."""
    arguments = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    secrets = [name for name in arguments if _SECRET.match(name)]
    others = [
        name for name in arguments if name not in ("self", "cls") and not _MAYBE_SECRET.search(name)
    ]
    if not secrets or not others:
        return
    logger = rng.choice(
        (
            "logger.info",
            "logging.debug",
            "log.debug",
            "logging.info",
            "self.logger.info" if "self" in arguments else "print",
        )
    )
    word = rng.choice(("called with", "connecting:", "new value", "request", "checking"))
    is_formatted = rng.random() < 0.5

    def line(name: str) -> ast.stmt:
        text = f"f'{word} {{{name}}}'" if is_formatted else f"'{word} %s' % {name}"
        return ast.parse(f"{logger}({text})").body[0]

    first = function.body[0]
    weak, sound = (line(rng.choice(secrets)), first), (line(rng.choice(others)), first)
    yield Edit("logged-secret", "CWE-532", first, weak, sound)
