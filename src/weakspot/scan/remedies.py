"""Safe forms of dangerous calls: what a flagged line could say instead, as data.

A remedy is tried, never applied: the model scores the unit again with it, and the report tells both
figures. The forms are those of normalised lines (full names of imports, decimal numbers).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remedy:
    """One replacement within a line; it may serve the weaknesses in `cwes` alone."""

    cwes: frozenset[str]
    pattern: re.Pattern[str]
    instead: str


def _remedy(cwes: str, pattern: str, instead: str) -> Remedy:
    return Remedy(frozenset(f"CWE-{n}" for n in cwes.split()), re.compile(pattern), instead)


_TLS = "295 297 319 345 693"
_COMPARED = "208 385 203 287"
_DIGEST = "327 328 326 916 759 760"
_SHELL = "78 77 88"
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

REMEDIES: tuple[Remedy, ...] = (
    _remedy(
        _DATA, r"\byaml\.(?:unsafe_|full_)?load\((.*), Loader=yaml\.\w+\)", r"yaml.safe_load(\1)"
    ),
    _remedy(_DATA, r"\byaml\.(?:unsafe_|full_)?load(_all)?\(", r"yaml.safe_load\1("),
    _remedy(
        _DATA, r"\b(?:pickle|cPickle|dill|cloudpickle|marshal|_pickle)\.(loads?)\(", r"json.\1("
    ),
    _remedy(_DATA, r"\bjsonpickle\.decode\(", "json.loads("),
    _remedy(_DATA, r"\bpickle\.Unpickler\((.*?)\)\.load\(\)", r"json.load(\1)"),
    _remedy(_DATA, r"\ballow_pickle=True", "allow_pickle=False"),
    _remedy(_DATA, r"\bweights_only=False", "weights_only=True"),
    _remedy(_DATA, r"\btorch\.load\(([^()]*)\)", r"torch.load(\1, weights_only=True)"),
    _remedy(_SHELL, r"\b(subprocess\.\w+)\((.*), shell=True", r"\1(shlex.split(\2)"),
    _remedy(_SHELL, r"\bshell=True", "shell=False"),
    _remedy(
        _SHELL, r"\bos\.(?:system|popen)\((.*)\)", r"subprocess.run(shlex.split(\1), check=True)"
    ),
    _remedy(
        _SHELL,
        r"\bsubprocess\.(?:getoutput|getstatusoutput)\(([^()]*)\)",
        r"subprocess.run(shlex.split(\1))",
    ),
    _remedy(_CODE, r"(?<![\w.])(?:eval|exec)\(([^()]*)\)", r"ast.literal_eval(\1)"),
    _remedy(_TLS, r"\bverify=False", "verify=True"),
    _remedy(_TLS, r"\bssl=False", "ssl=True"),
    _remedy(_TLS, r"\bverify_ssl=False", "verify_ssl=True"),
    _remedy(_TLS, r"\bcheck_hostname = False", "check_hostname = True"),
    _remedy(_TLS, r"\bssl\.CERT_(?:NONE|OPTIONAL)\b", "ssl.CERT_REQUIRED"),
    _remedy(_TLS, r"\bssl\._create_unverified_context\(", "ssl.create_default_context("),
    _remedy(_TLS, r"\bparamiko\.(?:client\.)?(?:AutoAdd|Warning)Policy\b", "paramiko.RejectPolicy"),
    _remedy(_DIGEST, r"\bhashlib\.(?:md4|md5|sha1)\(", "hashlib.sha256("),
    _remedy(_DIGEST, r"\bhashlib\.new\('(?:md4|md5|sha1)'", "hashlib.new('sha256'"),
    _remedy(_DIGEST, r"\bhashes\.(?:MD5|SHA1)\(", "hashes.SHA256("),
    _remedy(_DIGEST, r"\b(AES|algorithms)\.MODE_ECB\b", r"\1.MODE_GCM"),
    _remedy(_DIGEST, r"\bmodes\.ECB\(\)", "modes.GCM(os.urandom(12))"),
    _remedy(_DIGEST, r"\bkey_size=(?:512|768|1024)\b", "key_size=3072"),
    _remedy(_DIGEST, r"\bRSA\.generate\((?:512|768|1024)\b", "RSA.generate(3072"),
    _remedy(
        _CHANCE,
        r"\brandom\.(choices?|randint|randrange|random|sample|shuffle|getrandbits|uniform)\(",
        r"random.SystemRandom().\1(",
    ),
    _remedy(_CHANCE, r"\bnumpy\.random\.randint\(", "secrets.randbelow("),
    _remedy(_CHANCE, r"\buuid\.uuid1\(", "uuid.uuid4("),
    _remedy(_TEMPORARY, r"\btempfile\.mktemp\(", "tempfile.mkstemp("),
    _remedy(
        _RIGHTS,
        r"\b(chmod|makedirs|mkdir|open|mkfifo|umask)\((.*?)\b(?:511|438|502|509|436)\b",
        r"\1(\g<2>384",
    ),
    _remedy(_RIGHTS, r"\bos\.umask\(0\)", "os.umask(63)"),
    _remedy(_COOKIE, r"\bsecure=False", "secure=True"),
    _remedy(_COOKIE, r"\bhttponly=False", "httponly=True"),
    _remedy(_COOKIE, r"\bsamesite=(?:None|'[Nn]one')", "samesite='Lax'"),
    _remedy(_COOKIE, r"\b(\w*COOKIE_(?:SECURE|HTTPONLY)\w*'?\]?) = False", r"\1 = True"),
    _remedy(
        _COOKIE,
        r"\.set_cookie\(([^()]*)\)",
        r".set_cookie(\1, secure=True, httponly=True, samesite='Lax')",
    ),
    _remedy("489 94 215 209 200", r"\bdebug=True", "debug=False"),
    _remedy("489 94 215 209 200", r"\bDEBUG('?\]?) = True", r"DEBUG\1 = False"),
    _remedy(
        _COMPARED,
        r"^(if|elif|return) (not )?([\w.\[\]'()]+) == ([\w.\[\]'()]+?)(:?)$",
        r"\1 \2hmac.compare_digest(\3, \4)\5",
    ),
    _remedy(
        _COMPARED,
        r"^(if|elif|return) ([\w.\[\]'()]+) != ([\w.\[\]'()]+?)(:?)$",
        r"\1 not hmac.compare_digest(\2, \3)\4",
    ),
    _remedy("79 80 116 1336 94", r"\bautoescape=False", "autoescape=True"),
    _remedy(
        "79 80 116",
        r"\b(?:markupsafe|flask)\.Markup\(|\bdjango\.utils\.safestring\.mark_safe\(|\bmark_safe\(",
        "markupsafe.escape(",
    ),
    _remedy("1336 94 79", r"\bjinja2\.Environment\(", "jinja2.sandbox.SandboxedEnvironment("),
    _remedy(_ENTITIES, r"\bresolve_entities=True", "resolve_entities=False"),
    _remedy(_ENTITIES, r"\bno_network=False", "no_network=True"),
    _remedy(_ENTITIES, r"\bload_dtd=True", "load_dtd=False"),
    _remedy(
        _ENTITIES,
        r"\b(?:xml\.etree\.ElementTree|lxml\.etree)\.(parse|fromstring|XML|iterparse)\(",
        r"defusedxml.ElementTree.\1(",
    ),
    _remedy(_ENTITIES, r"\bxml\.(dom\.minidom|sax|dom\.pulldom)\.", r"defusedxml.\1."),
    _remedy(
        "22 23 36 73",
        r"\bos\.path\.join\(([^(),]+), ([^(),]+)\)",
        r"os.path.join(\1, os.path.basename(\2))",
    ),
    _remedy("22 23 36 73", r"\.extractall\(([^()]*)\)", r".extractall(\1, filter='data')"),
    _remedy(
        "434 22 73",
        r"\bos\.path\.join\(([^(),]+), ([\w.]+\.filename)\)",
        r"os.path.join(\1, werkzeug.utils.secure_filename(\2))",
    ),
    _remedy("347 345 287 290", r"'verify_signature': False", "'verify_signature': True"),
    _remedy("347 345 287 290", r"\balgorithms=\[[^\]]*'none'[^\]]*\]", "algorithms=['HS256']"),
    _remedy(
        "352",
        r"^@django\.views\.decorators\.csrf\.csrf_exempt$",
        "@django.views.decorators.csrf.csrf_protect",
    ),
    _remedy("352", r"\bcsrf=False", "csrf=True"),
    _remedy(
        _ORIGIN, r"(Access-Control-Allow-Origin'\]?(?:,| =|:)) '\*'", r"\1 'https://example.org'"
    ),
    _remedy(_ORIGIN, r"\b(allow_origins|origins)=(?:'\*'|\['\*'\])", r"\1=['https://example.org']"),
    _remedy(_HTTP, r"'http://", "'https://"),
    _remedy("319 311 522", r"\bftplib\.FTP\(", "ftplib.FTP_TLS("),
    _remedy("319 311 522", r"\bsmtplib\.SMTP\(", "smtplib.SMTP_SSL("),
    _remedy(
        _KEPT,
        r"^(.*(?:pass|key|secret|token|pwd)\w*['\]\"]* ?=) ?(?:b?'[^']+')$",
        r"\1 os.environ['SECRET']",
    ),
    _remedy(
        "400 770 1088",
        r"\brequests\.(get|post|put|delete|head|request)\(((?:(?!timeout=)[^()])*)\)",
        r"requests.\1(\2, timeout=10)",
    ),
    _remedy("605 668 1327", r"'0\.0\.0\.0'", "'127.0.0.1'"),
    _remedy("605 668 1327", r"\bhost=''", "host='127.0.0.1'"),
)

_QUERY = re.compile(r"(\w*execute\w*|\braw|\btext|\bread_sql\w*)\(f'(.*)'(, .*)?\)(.*)$")
_FORMATTED = re.compile(r"(\w*execute\w*|\braw)\('(.*)' % (.+)\)$")
_FIELD = re.compile(r"'?%?\{([^{}]+)\}%?'?")
_PLACE = re.compile(r"'?%[sdr]'?")
_LONGEST = 2_000  # characters; some patterns take the square of a line's length
_SQL = frozenset({"CWE-89", "CWE-564"})


def remedied(cwe: str, line: str) -> Iterator[str]:
    """Yield what a normalised line could say instead, for one weakness; the likeliest first."""
    if len(line) > _LONGEST:
        return
    for remedy in REMEDIES:
        if cwe in remedy.cwes and (made := remedy.pattern.sub(remedy.instead, line)) != line:
            yield made
    if cwe in _SQL:
        yield from _bound(line)


def _bound(line: str) -> Iterator[str]:
    """Yield a query with its values bound in place of put into its text."""
    if match := _QUERY.search(line):
        fields = _FIELD.findall(match[2])
        query = _FIELD.sub("%s", match[2])
        yield f"{line[: match.start()]}{match[1]}('{query}', ({', '.join(fields)},)){match[4]}"
    elif match := _FORMATTED.search(line):
        values = match[3] if match[3].startswith("(") else f"({match[3]},)"
        query = _PLACE.sub("%s", match[2])
        yield f"{line[: match.start()]}{match[1]}('{query}', {values})"
