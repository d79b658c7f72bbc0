"""Safe forms of dangerous statements: what a flagged line could say instead, as data.

A remedy is tried, never applied: the model scores the unit again with it, and the report tells both
figures. The forms are those of normalised lines (full names of imports, decimal numbers). No remedy
is better than a wrong one: what does not parse, or may mean something else, is not offered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from weakspot.scan import remedy_calls as calls
from weakspot.scan import remedy_commands as commands
from weakspot.scan.remedy_forms import (
    Form,
    asked,
    called,
    given,
    named,
    switched,
    texts,
)
from weakspot.scan.remedy_queries import bound, bound_in_sqlite, is_sqlite
from weakspot.scan.rewriting import read, rewritten


@dataclass(frozen=True, slots=True)
class Remedy:
    """One change of a statement; it may serve the weaknesses in `cwes` alone."""

    cwes: frozenset[str]
    form: Form


def _remedy(cwes: str, form: Form) -> Remedy:
    return Remedy(frozenset(f"CWE-{n}" for n in cwes.split()), form)


_TLS = "295 297 319 345 693"
_COMPARED = "208 385 203 287"
_DIGEST = "327 328 326"
_SHELL = "78 77"
_CODE = "94 95"
_CHANCE = "330 331 335 338 340 1241"
_TEMPORARY = "377 378 379 367 362"
_RIGHTS = "732 276 277 281 278 378"
_COOKIE = "614 1004 1275 319 352 311 315"
_ENTITIES = "611 776 827"
_DATA = "502 913 94 20"
_ORIGIN = "942 346 352"
_KEPT = "798 259 321 547"
_HTTP = "319 311 494 829 345"
_DEBUG = "489 94 215 209 200"
_MARKUP = "79 80 116"
_PATH = "22 23 36 73"
_SIGNED = "347 345 287 290"
_SENT = "319 311 522"
_ENDLESS = "400 770 1088"
_BOUND_TO = "605 668 1327"

_EVERYWHERE = r"'\*'|\['\*'\]"
_HERE = "['https://example.org']"
_FILE_MODES = {"511": "448", "509": "448", "502": "448", "438": "384", "436": "384"}
_FOLDER_MODES = dict.fromkeys(_FILE_MODES, "448")
_SAFE_COOKIE = {"secure": "True", "httponly": "True", "samesite": "'Lax'"}
# Hosts that are this machine's own, and names of XML that only look like an address.
_NO_HOST = r"localhost|127\.|0\.0\.0\.0|\[::1\]|www\.w3\.org|schemas\.|xml\.|purl\.org|ns\.adobe"
_WEAK_BITS = "512|768|1024"

REMEDIES: tuple[Remedy, ...] = (
    _remedy(_DATA, calls.safe_yaml),
    _remedy(
        _DATA,
        called(
            r"(?:pickle|cPickle|dill|cloudpickle|marshal|_pickle)\.(loads?)",
            r"json.\1",
            most=1,
            keeps="",
            drops="fix_imports encoding errors buffers ignore",
        ),
    ),
    _remedy(_DATA, called(r"jsonpickle\.decode", "json.loads", most=1, keeps="")),
    _remedy(_DATA, calls.without_unpickler),
    _remedy(_DATA, switched("allow_pickle", "True", "False")),
    _remedy(_DATA, switched("weights_only", "False", "True")),
    _remedy(
        _DATA, asked(r"torch\.load", {"weights_only": "True"}, most=2, without="pickle_module")
    ),
    _remedy(_SHELL, commands.without_shell),
    _remedy(_SHELL, commands.shell_off),
    _remedy(_SHELL, commands.without_system),
    _remedy(_SHELL, commands.without_popen),
    _remedy(_CODE, calls.literal_only),
    _remedy(_TLS, switched("verify|ssl|verify_ssl|check_hostname", "False", "True")),
    _remedy(_TLS, named(r"ssl\.CERT_(?:NONE|OPTIONAL)", "ssl.CERT_REQUIRED")),
    _remedy(
        _TLS,
        called(
            r"ssl\._create_unverified_context",
            "ssl.create_default_context",
            most=0,
            keeps="purpose cafile capath cadata",
            drops="cert_reqs check_hostname",
        ),
    ),
    _remedy(
        _TLS,
        named(r"paramiko\.(?:client\.)?(?:AutoAdd|Warning)Policy", "paramiko.RejectPolicy"),
    ),
    _remedy(_DIGEST, called(r"hashlib\.(?:md4|md5|sha1)", "hashlib.sha256", most=1)),
    _remedy(
        _DIGEST,
        given(
            r"hashlib\.new",
            0,
            "name",
            dict.fromkeys(("'md4'", "'md5'", "'sha1'"), "'sha256'"),
        ),
    ),
    _remedy(_DIGEST, called(r"((?:.*\.)?hashes\.)(?:MD5|SHA1)", r"\1SHA256", most=0, keeps="")),
    _remedy(_DIGEST, calls.without_code_book),
    _remedy(_DIGEST, calls.without_blocks),
    _remedy(_DIGEST, switched("key_size", _WEAK_BITS, "3072")),
    _remedy(
        _DIGEST,
        given(r"(?:.*\.)?RSA\.generate", 0, "bits", dict.fromkeys(_WEAK_BITS.split("|"), "3072")),
    ),
    _remedy(
        _CHANCE,
        called(
            r"random\.(choices?|randint|randrange|random|sample|shuffle|getrandbits|uniform)",
            r"random.SystemRandom().\1",
        ),
    ),
    _remedy(_CHANCE, called(r"numpy\.random\.randint", "secrets.randbelow", most=1, keeps="")),
    _remedy(_CHANCE, called(r"uuid\.uuid1", "uuid.uuid4", most=0, keeps="")),
    _remedy(_TEMPORARY, calls.named_file),
    _remedy(_RIGHTS, given(r"(?:.*\.)?(?:chmod|mkfifo)", 1, "mode", _FILE_MODES)),
    _remedy(_RIGHTS, given(r".*\.chmod", 0, "mode", _FILE_MODES)),
    _remedy(_RIGHTS, given(r"os\.open", 2, "mode", _FILE_MODES)),
    _remedy(_RIGHTS, given(r"os\.(?:makedirs|mkdir)", 1, "mode", _FOLDER_MODES)),
    _remedy(_RIGHTS, given(r".*\.mkdir", 0, "mode", _FOLDER_MODES)),
    _remedy(_RIGHTS, given(r"os\.umask", 0, "", {"0": "63"})),
    _remedy(_COOKIE, switched("secure|httponly", "False", "True")),
    _remedy(_COOKIE, switched("samesite", r"None|'(?i:none)'", "'Lax'")),
    _remedy(_COOKIE, switched(r"\w*COOKIE_(?:SECURE|HTTPONLY)\w*", "False", "True")),
    _remedy(_COOKIE, asked(r".*\.set_cookie", _SAFE_COOKIE, most=6)),
    _remedy(_DEBUG, switched("debug|DEBUG", "True", "False")),
    _remedy(_COMPARED, calls.compared),
    _remedy(_MARKUP + " 1336 94", switched("autoescape", "False", "True")),
    _remedy(_MARKUP, calls.escaped),
    _remedy(_MARKUP, asked(r"jinja2\.Environment", {"autoescape": "True"}, most=0)),
    _remedy("1336 94", called(r"jinja2\.Environment", "jinja2.sandbox.SandboxedEnvironment")),
    _remedy(_ENTITIES, switched("resolve_entities|load_dtd", "True", "False")),
    _remedy(_ENTITIES, switched("no_network", "False", "True")),
    _remedy(
        _ENTITIES,
        called(
            r"(?:xml\.etree\.ElementTree|lxml\.etree)\.(parse|fromstring|XML|iterparse)",
            r"defusedxml.ElementTree.\1",
            most=1,
            keeps="events",
            but="xpath cssselect getroottree getparent getnext getprevious nsmap docinfo xinclude",
        ),
    ),
    _remedy(
        _ENTITIES,
        called(
            r"xml\.(?:dom\.)?(minidom|pulldom|sax)\.(parse|parseString|make_parser)",
            r"defusedxml.\1.\2",
        ),
    ),
    _remedy(_PATH, calls.joined("os.path.basename")),
    _remedy(_PATH, calls.filtered),
    _remedy(
        "434 22 73",
        calls.joined("werkzeug.utils.secure_filename", r"[\w.]+\.filename"),
    ),
    _remedy(_SIGNED, calls.verified),
    _remedy(_SIGNED, calls.signed),
    _remedy(
        "352",
        named(
            r"django\.views\.decorators\.csrf\.csrf_exempt",
            "django.views.decorators.csrf.csrf_protect",
        ),
    ),
    _remedy("352", switched("csrf", "False", "True")),
    _remedy(_ORIGIN, switched("Access-Control-Allow-Origin", _EVERYWHERE, "'https://example.org'")),
    _remedy(_ORIGIN, switched("allow_origins|origins", _EVERYWHERE, _HERE)),
    _remedy(_HTTP, texts(rf"^(f?'|b')http://(?!{_NO_HOST})", r"\1https://")),
    _remedy(_SENT, called(r"ftplib\.FTP", "ftplib.FTP_TLS", most=4)),
    _remedy(_SENT, calls.over_tls),
    _remedy(_KEPT, calls.from_environment),
    _remedy(
        _ENDLESS,
        asked(r"requests\.(?:get|post|put|delete|head|request)", {"timeout": "10"}),
    ),
    _remedy(_BOUND_TO, texts(r"^'0\.0\.0\.0'$", "'127.0.0.1'")),
    _remedy(_BOUND_TO, switched("host", "''", "'127.0.0.1'")),
    _remedy("89 564", bound),
)

_LONGEST = 2_000  # characters of a statement


def remedied(
    cwe: str, line: str, before: str = "", after: str = "", *, around: Iterable[str] = ()
) -> Iterator[str]:
    """Yield what a normalised line could say instead, for one weakness; the likeliest first.

    `before` and `after` are the rest of the statement where the line is a piece of one: what
    would have to change more than the line is not offered. `around` are other lines of its
    unit, which may name the driver of a query or the kind of an archive.
    """
    forms = [remedy.form for remedy in REMEDIES if cwe in remedy.cwes]
    beside = "\n".join(around)
    if is_sqlite(beside):
        forms = [bound_in_sqlite if form is bound else form for form in forms]
    if "zipfile.ZipFile(" in beside and "tarfile." not in beside:
        forms = [form for form in forms if form is not calls.filtered]
    text = " ".join(part for part in (before, line, after) if part)
    if not forms or len(text) > _LONGEST or (statement := read(text)) is None:
        return
    start = len(before) + bool(before)
    seen = set()
    for form in forms:
        try:
            made = rewritten(text, form(statement), start, start + len(line))
        except RecursionError:  # a chain of hundreds of operators
            return
        if made is not None and made not in seen:
            seen.add(made)
            yield made
