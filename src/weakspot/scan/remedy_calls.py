"""Safe forms that change the shape of a statement: comparisons, loading, paths, secrets."""

import ast
import re

from weakspot.code.literals import literal
from weakspot.scan.remedy_forms import Form, argument, dotted, is_open, keyword, only, switched
from weakspot.scan.rewriting import Edit, Statement

_LOADS = re.compile(r"yaml\.(?:unsafe_|full_)?load(_all)?")
_SAFE_LOADER = re.compile(r"C?(?:Safe|Base)Loader")
_SECRET = re.compile(r"(?i).*(?:pass|key|secret|token|pwd)\w*")
_ECB = re.compile(r"((?:.*\.)?AES)\.MODE_ECB")
_MARKUP = re.compile(r"(?:markupsafe|flask)\.Markup|(?:django\.utils\.safestring\.)?mark_safe")
_TAG = re.compile(r"[<>&]")
_DECODES = re.compile(r"(?:.*\.)?jwt\.decode")
_CODE = re.compile(r"[A-Za-z_+*/%<>=]")  # what no literal needs around data
# Names of archives that are no tar, and what makes no file of a name or works on folders.
_NO_TAR = re.compile(r"(?i)zip|rar|7z|(?<![a-z])z[a-z]?(?![a-z])")
_OTHER_FILES = re.compile(r"mkdir|makedirs|mkfifo|mknod|symlink(?:_to)?|link|bind|copytree|mkdtemp")
_FOLDERS = re.compile(
    r"rmtree|listdir|scandir|walk|glob|iglob|rglob|chdir|rmdir|removedirs|makedirs|copytree|move|"
    r"make_archive|iterdir|extractall|unpack_archive"
)
# What is compared with these is no secret, and `hmac.compare_digest` takes texts and bytes only.
_COUNTED = re.compile(r"len|int|float|bool|type|sum|min|max|abs|round|ord|hash|id")


def safe_yaml(statement: Statement) -> list[Edit]:
    """Load YAML without a loader that makes objects."""
    made: list[Edit] = []
    for call in statement.calls:
        found = _LOADS.fullmatch(dotted(call.func))
        loader = argument(call, 1, "Loader")
        stream = argument(call, 0, "stream")
        if not found or stream is None or len(call.args) + len(call.keywords) > 1 + bool(loader):
            continue
        if loader is not None:
            if _SAFE_LOADER.fullmatch(dotted(loader).rpartition(".")[2]):
                continue
            made.append(statement.remove(call, keyword(call, "Loader") or loader))
        made.append(statement.replace(call.func, f"yaml.safe_load{found[1] or ''}"))
    return made


def without_unpickler(statement: Statement) -> list[Edit]:
    """Load JSON in place of ``pickle.Unpickler(file).load()``."""
    made: list[Edit] = []
    for call in statement.calls:
        reader = call.func.value if isinstance(call.func, ast.Attribute) else None
        if not isinstance(reader, ast.Call) or dotted(call.func) != "?.load":
            continue
        if dotted(reader.func) == "pickle.Unpickler" and (file := only(reader)):
            made.append(statement.replace(call, f"json.load({statement.source(file)})"))
    return made


def compared(statement: Statement) -> list[Edit]:
    """Compare in constant time, where a statement compares one pair of texts or bytes."""
    found = [
        node
        for node in statement.nodes
        if isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.NotEq)
        and not (_counts(node.left) or _counts(node.comparators[0]))
    ]
    if len(found) != 1:
        return []
    compare = found[0]
    left, right = compare.left, compare.comparators[0]
    whole: ast.AST = compare
    same = isinstance(compare.ops[0], ast.Eq)
    outer = statement.parent(compare)
    if not same and isinstance(outer, ast.UnaryOp) and isinstance(outer.op, ast.Not):
        whole, same = outer, True
    both = f"hmac.compare_digest({statement.source(left)}, {statement.source(right)})"
    return [statement.replace(whole, both if same else f"not {both}")]


def _counts(node: ast.expr) -> bool:
    """Whether a value is certainly no text and no bytes, or an empty one."""
    if isinstance(node, ast.Constant):
        return not (isinstance(node.value, str | bytes) and node.value)
    if isinstance(node, ast.Call):
        return bool(_COUNTED.fullmatch(dotted(node.func)))
    return not isinstance(
        node, ast.Name | ast.Attribute | ast.Subscript | ast.JoinedStr | ast.Await
    )


def from_environment(statement: Statement) -> list[Edit]:
    """Read a secret from the environment that a variable, an attribute or a key is set to."""
    made: list[Edit] = []
    for node in statement.nodes:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        value = node.value.value
        if not isinstance(value, str | bytes) or not value:
            continue
        if any(_SECRET.fullmatch(_last(target)) for target in node.targets):
            encoded = "" if isinstance(value, str) else ".encode()"
            made.append(statement.replace(node.value, f"os.environ['SECRET']{encoded}"))
    return made


def _last(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        return str(target.slice.value)
    return dotted(target).rpartition(".")[2]


def without_code_book(statement: Statement) -> list[Edit]:
    """Encrypt with AES in GCM in place of ECB, where the cipher is kept and so its nonce."""
    made: list[Edit] = []
    for node in statement.nodes:
        mode = _ECB.fullmatch(dotted(node))
        call = statement.parent(node)
        at_once = isinstance(call, ast.Call) and isinstance(statement.parent(call), ast.Attribute)
        if mode and not at_once and not isinstance(call, ast.Attribute | ast.Compare):
            made.append(statement.replace(node, f"{mode[1]}.MODE_GCM"))
    return made


def without_blocks(statement: Statement) -> list[Edit]:
    """Encrypt with GCM where equal blocks would be encrypted to equal ones."""
    if any(isinstance(one, ast.Attribute) and one.attr == "decryptor" for one in statement.nodes):
        return []  # what was encrypted knows its nonce alone
    return [
        statement.replace(call, f"{dotted(call.func).removesuffix('ECB')}GCM(os.urandom(12))")
        for call in statement.calls
        if re.fullmatch(r"(?:.*\.)?modes\.ECB", dotted(call.func)) and not call.args
    ]


def named_file(statement: Statement) -> list[Edit]:
    """Make the file at once that `tempfile.mktemp` only thinks of a name for.

    Not where something else gets that name, or one that is made with it.
    """
    made: list[Edit] = []
    for call in statement.calls:
        if dotted(call.func) == "tempfile.mktemp" and _is_file(statement, call):
            end = statement.place(call)[1]
            made += [statement.replace(call.func, "tempfile.mkstemp"), Edit(end, end, "[1]")]
    return made


def _is_file(statement: Statement, call: ast.Call) -> bool:
    parent = statement.parent(call)
    if isinstance(parent, ast.keyword):
        parent = statement.parent(parent)
    if isinstance(parent, ast.Call):
        return not _OTHER_FILES.fullmatch(dotted(parent.func).rpartition(".")[2])
    return not isinstance(parent, ast.BinOp | ast.FormattedValue | ast.Attribute)


def literal_only(statement: Statement) -> list[Edit]:
    """Read a literal where `eval` is given data; what is made of names or operators is none."""
    return [
        statement.replace(call.func, "ast.literal_eval")
        for call in statement.calls
        if dotted(call.func) == "eval" and (code := only(call)) and not _is_code(code)
    ]


def _is_code(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and dotted(node.func) == "compile":
        return True
    texts = (one.value for one in ast.walk(node) if isinstance(one, ast.Constant))
    is_made = isinstance(node, ast.Constant | ast.BinOp | ast.JoinedStr)
    return is_made and any(_CODE.search(str(text)) for text in texts)


def escaped(statement: Statement) -> list[Edit]:
    """Escape what would be taken for markup, where the statement writes none of its own."""
    return [
        statement.replace(call.func, "markupsafe.escape")
        for call in statement.calls
        if _MARKUP.fullmatch(dotted(call.func))
        and (text := only(call))
        and not any(
            isinstance(one, ast.Constant) and _TAG.search(str(one.value)) for one in ast.walk(text)
        )
    ]


def joined(instead: str, names: str = ".*") -> Form:
    """Take the last of two parts of a path through a function, where its text matches `names`.

    Not where the path is that of a folder: what is left may be ``..``.
    """

    def edits(statement: Statement) -> list[Edit]:
        made: list[Edit] = []
        for call in statement.calls:
            if dotted(call.func) != "os.path.join" or len(call.args) != 2 or is_open(call):
                continue
            if _is_folder(statement, call):
                continue
            last = call.args[1]
            known = isinstance(last, ast.Constant) or (
                isinstance(last, ast.Call)
                and dotted(last.func).endswith(("basename", "secure_filename"))
            )
            if not known and re.fullmatch(names, statement.source(last)):
                made += _around(statement, last, f"{instead}(", ")")
        return made

    return edits


def _is_folder(statement: Statement, node: ast.AST) -> bool:
    """Whether a call that an expression is part of works on whole folders."""
    at = statement.parent(node)
    while at is not None and not isinstance(at, ast.stmt):
        if isinstance(at, ast.Call) and _FOLDERS.fullmatch(dotted(at.func).rpartition(".")[2]):
            return True
        at = statement.parent(at)
    return False


def filtered(statement: Statement) -> list[Edit]:
    """Let `tarfile` refuse members that lead out of the folder; other archives have no filter."""
    made: list[Edit] = []
    for call in statement.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "extractall":
            continue
        is_zip = _NO_TAR.search(statement.source(call.func.value)) or keyword(call, "pwd")
        if is_zip or is_open(call) or len(call.args) > 2 or keyword(call, "filter"):
            continue
        made.append(statement.append(call, "filter='data'"))
    return made


def over_tls(statement: Statement) -> list[Edit]:
    """Speak SMTP inside of TLS, at its port."""
    made: list[Edit] = []
    for call in statement.calls:
        if dotted(call.func) == "smtplib.SMTP" and len(call.args) <= 3:
            made.append(statement.replace(call.func, "smtplib.SMTP_SSL"))
            port = argument(call, 1, "port")
            if port is not None and statement.source(port) in ("25", "587"):
                made.append(statement.replace(port, "465"))
    return made


def verified(statement: Statement) -> list[Edit]:
    """Check the signature of a token where a key is given: without one that can only fail."""
    for call in statement.calls:
        if (
            _DECODES.fullmatch(dotted(call.func))
            and not is_open(call)
            and argument(call, 1, "key") is None
        ):
            return []
    return switched("verify_signature", "False", "True")(statement)


def signed(statement: Statement) -> list[Edit]:
    """Accept no token without a signature where ``none`` is among the algorithms."""
    made: list[Edit] = []
    for call in statement.calls:
        named = keyword(call, "algorithms")
        if named is None or not isinstance(named.value, ast.List | ast.Tuple):
            continue
        given = named.value.elts
        names = [one.value if isinstance(one, ast.Constant) else None for one in given]
        known = [name for name in names if isinstance(name, str)]
        kept = [name for name in known if name.lower() != "none"]
        # A public key is none to sign with: algorithms of two kinds are not kept together.
        if len(kept) < len(known) == len(given) and len({name[:2] for name in kept}) < 2:
            instead = ", ".join(map(literal, kept or ["HS256"]))
            made.append(statement.replace(named.value, f"[{instead}]"))
    return made


def _around(statement: Statement, node: ast.expr, before: str, after: str) -> list[Edit]:
    start, end = statement.place(node)
    return [Edit(start, start, before), Edit(end, end, after)]
