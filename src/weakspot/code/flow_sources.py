"""Where untrusted data enters a program, and what ends its way: data for `weakspot.code.flow`.

Names are full dotted names, as imports give them; a last part `*` stands for any attribute.
"""

import ast
from collections.abc import Mapping
from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a request object of any web framework carries from the client.
_REQUEST: Final = _words(
    "args values form files json data body cookies headers query query_string query_params params "
    "path_params match_info matchdict view_args raw_args GET POST FILES COOKIES META REQUEST "
    "get_json get_data get_body post text read stream forms uri url full_path referrer media "
    "content rel_url remote arguments body_arguments query_arguments path environ"
)
_REQUEST_NAMES: Final = frozenset({"request", "req", "_request"})
_CALLS: Final[Mapping[str, str]] = {
    "input": "what is typed",
    "sys.stdin.read": "standard input",
    "sys.stdin.readline": "standard input",
    "sys.stdin.readlines": "standard input",
    "urllib.request.urlopen": "a response from the network",
    "socket.recv": "the network",
}
_ATTRIBUTES: Final[Mapping[str, str]] = {
    "sys.argv": "the command line",
    "sys.stdin": "standard input",
}
_HTTP: Final = frozenset({"requests", "httpx", "aiohttp"})
_VERBS: Final = _words("get post put patch delete head options request")
# Methods whose result comes from outside, whatever object they are called on.
_METHODS: Final[Mapping[str, str]] = {
    "get_argument": "a request argument",
    "get_arguments": "request arguments",
    "get_query_argument": "a query argument",
    "get_query_arguments": "query arguments",
    "get_body_argument": "a body argument",
    "get_body_arguments": "body arguments",
    "get_cookie": "a cookie",
    "get_secure_cookie": "a cookie",
    "parse_args": "the command line",
    "parse_known_args": "the command line",
    "recv": "the network",
    "recvfrom": "the network",
    "receive_text": "a websocket message",
    "receive_json": "a websocket message",
    "receive_bytes": "a websocket message",
}
_ROUTES: Final = _words(
    "route get post put delete patch head options view api_route websocket websocket_route"
)
_TASKS: Final = _words("task shared_task periodic_task actor job")
_COMMANDS: Final = _words("command argument option")
_INJECTED: Final = _words("Depends Security Inject Provide Injected Annotated")
_HARMLESS_TYPES: Final = _words("int float bool complex UUID date datetime Decimal")
_LAMBDA: Final = ("event", "context")

SANITISERS: Final = _words(
    "int float bool complex len ord abs round hash isinstance issubclass callable id "
    "shlex.quote pipes.quote html.escape markupsafe.escape flask.escape cgi.escape bleach.clean "
    "nh3.clean django.utils.html.escape django.utils.html.conditional_escape "
    "xml.sax.saxutils.escape xml.sax.saxutils.quoteattr re.escape os.path.basename "
    "werkzeug.utils.secure_filename werkzeug.security.safe_join flask.safe_join "
    "urllib.parse.quote urllib.parse.quote_plus urllib.parse.urlencode uuid.UUID "
    "decimal.Decimal fractions.Fraction datetime.date.fromisoformat ipaddress.ip_address "
    "ldap3.utils.conv.escape_filter_chars ldap.filter.escape_filter_chars glob.escape "
    "hmac.compare_digest psycopg2.sql.Identifier psycopg2.sql.Literal psycopg.sql.Identifier "
    "base64.b16encode binascii.hexlify hashlib.sha256 hashlib.sha1 hashlib.md5"
)


def source_of(name: str, node: ast.expr) -> str | None:
    """Say what an expression brings in from outside, if anything; `name` is its dotted name."""
    if isinstance(node, ast.Call):
        return _called(name)
    if name in _ATTRIBUTES:
        return f"{_ATTRIBUTES[name]} ({name})"
    owner, _, attribute = name.rpartition(".")
    is_request = owner.rpartition(".")[2] in _REQUEST_NAMES
    return name if is_request and attribute in _REQUEST else None


def _called(name: str) -> str | None:
    if name in _CALLS:
        return f"{_CALLS[name]} ({name})"
    owner, _, method = name.rpartition(".")
    if owner.partition(".")[0] in _HTTP and method in _VERBS:
        return f"a response from the network ({name})"
    return f"{_METHODS[method]} ({name})" if owner and method in _METHODS else None


def entry_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Say who calls a function from outside, by its decorators or its form; None if nobody does."""
    for decorator in function.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
        is_path = isinstance(first, ast.Constant) and str(first.value).startswith("/")
        if name in _ROUTES and (name == "route" or is_path):
            return "route"
        if name in _TASKS:
            return "task"
        if name in _COMMANDS:
            return "command"
    given = [argument.arg for argument in function.args.args if argument.arg != "self"]
    if given[:1] == ["request"]:
        return "view"
    return "event handler" if tuple(given) == _LAMBDA else None


def is_given_from_outside(argument: ast.arg, default: ast.expr | None) -> bool:
    """Whether the caller of an entry chooses a parameter's value freely."""
    if argument.arg in {"self", "cls", "context", *_REQUEST_NAMES}:
        return False
    names = {one.id for one in _walk(argument.annotation) if isinstance(one, ast.Name)}
    names |= {one.attr for one in _walk(argument.annotation) if isinstance(one, ast.Attribute)}
    if names & (_HARMLESS_TYPES | _INJECTED) or "Request" in names:
        return False
    called = default.func if isinstance(default, ast.Call) else None
    return getattr(called, "id", getattr(called, "attr", "")) not in _INJECTED


def _walk(node: ast.AST | None) -> list[ast.AST]:
    return [] if node is None else list(ast.walk(node))
