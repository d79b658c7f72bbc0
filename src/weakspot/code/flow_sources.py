"""Where untrusted data enters a program, and what ends its way: data for `weakspot.code.flow`.

Names are full dotted names, as imports give them; a last part `*` stands for any attribute.
"""

import ast
from collections.abc import Mapping
from typing import Final

from weakspot.code.blocks import last_name


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What a request object of any web framework carries from the client.
_REQUEST: Final = _words(
    "args values form files json data body cookies headers query query_string query_params params "
    "path_params match_info matchdict view_args raw_args GET POST FILES COOKIES META REQUEST "
    "text stream forms uri url full_path referrer media "
    "content rel_url remote arguments body_arguments query_arguments path environ"
)
# What it is asked for.
_ASKED: Final = _words(
    "get_json get_data get_body json form body post text read stream multipart get_media get_param"
)
REQUEST_NAMES: Final = frozenset({"request", "req", "_request"})
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
# Modules whose requests are made, and those whose requests come in.
CLIENTS: Final = _HTTP | _words("urllib3 urllib.request http.client pycurl httplib2 treq")
FRAMEWORKS: Final = _words(
    "flask quart django rest_framework ninja fastapi starlette litestar aiohttp.web tornado.web "
    "bottle sanic pyramid falcon webob werkzeug cherrypy"
)
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
_VIEWS: Final = _words(
    "api_view view_config login_required permission_required user_passes_test csrf_exempt "
    "require_http_methods require_GET require_POST require_safe"
)
_VIEW_CLASSES: Final = ("View", "ViewSet", "Resource", "Endpoint", "Handler")
_VIEW_METHODS: Final = _VERBS | _words("list create retrieve update partial_update destroy")
_INJECTED: Final = _words(
    "Depends Security Inject Provide Injected Annotated "
    "BackgroundTasks Response WebSocket HTTPConnection SecurityScopes"
)
_HARMLESS_TYPES: Final = _words("int float bool complex UUID date datetime Decimal Literal")
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
    "base64.b16encode binascii.hexlify hashlib.sha256 hashlib.sha1 hashlib.md5 hashlib.new "
    "hashlib.sha224 hashlib.sha384 hashlib.sha512 hashlib.blake2b hashlib.blake2s "
    "hashlib.sha3_256 hashlib.sha3_512 hashlib.pbkdf2_hmac hashlib.scrypt hmac.new hmac.digest "
    "werkzeug.security.generate_password_hash django.contrib.auth.hashers.make_password "
    "bcrypt.hashpw os.path.exists os.path.isfile os.path.isdir os.path.getsize "
    "datetime.datetime.strptime datetime.datetime.fromisoformat any all"
)


def source_of(node: ast.expr, name: str, *, is_library: bool, is_request: bool) -> str | None:
    """Say what an expression brings in from outside, if anything; `name` is its dotted name.

    `is_library` if the name is that of a module or a builtin, `is_request` if a `request` in it
    may be one that came in.
    """
    is_call = isinstance(node, ast.Call)
    known = _CALLS if is_call else _ATTRIBUTES
    if is_library and name in known:
        return f"{known[name]} ({name})"
    owner, _, last = name.rpartition(".")
    brought = _ASKED if is_call else _REQUEST
    if is_request and last in brought and owner.rpartition(".")[2] in REQUEST_NAMES:
        return name
    if not is_call or not owner:
        return None
    if is_library and owner.partition(".")[0] in _HTTP and last in _VERBS:
        return f"a response from the network ({name})"
    return f"{_METHODS[last]} ({name})" if last in _METHODS else None


def entry_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """Say who calls a function from outside, by its decorators or its form; None if nobody does."""
    for decorator in function.decorator_list:
        name = _called_name(decorator)
        first = decorator.args[0] if isinstance(decorator, ast.Call) and decorator.args else None
        is_path = isinstance(first, ast.Constant) and str(first.value).startswith("/")
        if name in _ROUTES and (name == "route" or is_path):
            return "route"
        if name in _TASKS:
            return "task"
        if name in _COMMANDS:
            return "command"
    given = [argument.arg for argument in function.args.args if argument.arg != "self"]
    return "event handler" if tuple(given) == _LAMBDA else None


def is_view(
    function: ast.FunctionDef | ast.AsyncFunctionDef, owner: ast.ClassDef | None, *, is_served: bool
) -> bool:
    """Whether a web framework calls a function with what a client sent, after the request.

    `owner` is the class that it is a method of. `is_served` if no function in sight calls it and
    its file imports a framework: else decorators or a class must say it.
    """
    given = [argument.arg for argument in function.args.args if argument.arg != "self"]
    if given[:1] != ["request"]:
        return False
    names = {_called_name(one) for one in function.decorator_list}
    if names & _VIEWS:
        return True
    if owner is not None:
        bases = [_called_name(base) for base in owner.bases]
        is_called = function.name in _VIEW_METHODS or "action" in names
        return is_called and any(one.endswith(_VIEW_CLASSES) for one in bases)
    is_public = not function.name.startswith(("_", "test_"))
    return is_served and is_public and "fixture" not in names


def _called_name(node: ast.expr) -> str:
    return last_name(node.func if isinstance(node, ast.Call) else node)


def is_given_from_outside(argument: ast.arg, default: ast.expr | None) -> bool:
    """Whether the caller of an entry chooses a parameter's value freely."""
    if argument.arg in {"self", "cls", "context", *REQUEST_NAMES}:
        return False
    names = {one.id for one in _walk(argument.annotation) if isinstance(one, ast.Name)}
    names |= {one.attr for one in _walk(argument.annotation) if isinstance(one, ast.Attribute)}
    if names & (_HARMLESS_TYPES | _INJECTED) or "Request" in names:
        return False
    called = default.func if isinstance(default, ast.Call) else None
    return getattr(called, "id", getattr(called, "attr", "")) not in _INJECTED


def _walk(node: ast.AST | None) -> list[ast.AST]:
    return [] if node is None else list(ast.walk(node))
