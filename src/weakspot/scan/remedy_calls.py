"""Safe forms that change the shape of a statement: commands, comparisons, loading, secrets."""

import ast
import re

from weakspot.scan.remedy_forms import Form, argument, dotted, is_open, keyword
from weakspot.scan.rewriting import Edit, Statement

_STARTS = re.compile(r"subprocess\.(?:run|call|check_call|check_output|Popen)")
_SHELL_SIGNS = re.compile(r"[|&;<>$`*]")  # these mean something to a shell alone
_LOADS = re.compile(r"yaml\.(?:unsafe_|full_)?load(_all)?")
_SAFE_LOADER = re.compile(r"C?(?:Safe|Base)Loader")
_SECRET = re.compile(r"(?i).*(?:pass|key|secret|token|pwd)\w*")
# What is compared with these is no secret, and `hmac.compare_digest` takes texts and bytes only.
_COUNTED = re.compile(r"len|int|float|bool|type|sum|min|max|abs|round|ord|hash|id")


def without_shell(statement: Statement) -> list[Edit]:
    """Split a command that `subprocess` would give to a shell."""
    made: list[Edit] = []
    for call in statement.calls:
        shell = keyword(call, "shell")
        command = argument(call, 0, "args")
        if shell is None or command is None or is_open(call):
            continue
        if not _STARTS.fullmatch(dotted(call.func)):
            continue
        is_list = isinstance(command, ast.List | ast.Tuple)
        if statement.source(shell.value) == "True" and (is_list or _is_one_program(command)):
            made += [] if is_list else _around(statement, command, "shlex.split(", ")")
            made.append(statement.remove(call, shell))
    return made


def shell_off(statement: Statement) -> list[Edit]:
    """Turn the shell off where a function that is not of `subprocess` has such a switch."""
    return [
        statement.replace(shell.value, "False")
        for call in statement.calls
        if not _STARTS.fullmatch(dotted(call.func))
        and (shell := keyword(call, "shell"))
        and statement.source(shell.value) == "True"
    ]


def without_system(statement: Statement) -> list[Edit]:
    """Start a program without a shell in place of `os.system`; its status stays the value."""
    made: list[Edit] = []
    for call in statement.calls:
        if dotted(call.func) == "os.system" and (command := _command(call)):
            is_used = not isinstance(statement.parent(call), ast.Expr)
            function = "subprocess.call" if is_used else "subprocess.run"
            made.append(statement.replace(call.func, function))
            made += _around(statement, command, "shlex.split(", ")" if is_used else "), check=True")
    return made


def without_popen(statement: Statement) -> list[Edit]:
    """Start a program without a shell in place of `os.popen`, where its output is read at once.

    `subprocess.getoutput` likewise.
    """
    made: list[Edit] = []
    for call in statement.calls:
        opened = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(opened, ast.Call) and dotted(opened.func) == "os.popen":
            command = _command(opened)
            if dotted(call.func) == "?.read" and command and not (call.args or call.keywords):
                end = statement.place(opened)[1]
                made += _output(statement, opened, command)
                made.append(Edit(end, statement.place(call)[1], ".stdout"))
        elif dotted(call.func) == "subprocess.getoutput" and (command := _command(call)):
            end = statement.place(call)[1]
            made += [*_output(statement, call, command), Edit(end, end, ".stdout")]
    return made


def _command(call: ast.Call) -> ast.expr | None:
    """Return the command that a call is given alone, where it starts one program."""
    command = _only(call)
    return command if command is not None and _is_one_program(command) else None


def _is_one_program(command: ast.expr) -> bool:
    texts = [node.value for node in ast.walk(command) if isinstance(node, ast.Constant)]
    return not any(isinstance(text, str) and _SHELL_SIGNS.search(text) for text in texts)


def _output(statement: Statement, call: ast.Call, command: ast.expr) -> list[Edit]:
    return [
        statement.replace(call.func, "subprocess.run"),
        *_around(statement, command, "shlex.split(", "), capture_output=True, text=True"),
    ]


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
        if dotted(reader.func) == "pickle.Unpickler" and (file := _only(reader)):
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


def without_blocks(statement: Statement) -> list[Edit]:
    """Encrypt with GCM where equal blocks would be encrypted to equal ones."""
    return [
        statement.replace(call, f"{dotted(call.func).removesuffix('ECB')}GCM(os.urandom(12))")
        for call in statement.calls
        if re.fullmatch(r"(?:.*\.)?modes\.ECB", dotted(call.func)) and not call.args
    ]


def named_file(statement: Statement) -> list[Edit]:
    """Make the file at once that `tempfile.mktemp` only thinks of a name for."""
    made: list[Edit] = []
    for call in statement.calls:
        if dotted(call.func) == "tempfile.mktemp":
            end = statement.place(call)[1]
            made += [statement.replace(call.func, "tempfile.mkstemp"), Edit(end, end, "[1]")]
    return made


def joined(instead: str, names: str = ".*") -> Form:
    """Take the last of two parts of a path through a function, where its text matches `names`."""

    def edits(statement: Statement) -> list[Edit]:
        made: list[Edit] = []
        for call in statement.calls:
            if dotted(call.func) != "os.path.join" or len(call.args) != 2 or is_open(call):
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


def filtered(statement: Statement) -> list[Edit]:
    """Let `tarfile` refuse members that lead out of the folder; archives of zip have no filter."""
    made: list[Edit] = []
    for call in statement.calls:
        if not isinstance(call.func, ast.Attribute) or call.func.attr != "extractall":
            continue
        is_zip = "zip" in statement.source(call.func.value).lower() or keyword(call, "pwd")
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


def signed(statement: Statement) -> list[Edit]:
    """Accept one algorithm of signatures in place of several with ``none`` among them."""
    return [
        statement.replace(named.value, "['HS256']")
        for call in statement.calls
        if (named := keyword(call, "algorithms"))
        and isinstance(named.value, ast.List | ast.Tuple)
        and any(isinstance(one, ast.Constant) and one.value == "none" for one in named.value.elts)
    ]


def _only(call: ast.Call) -> ast.expr | None:
    """Return the argument of a call that has one and no more."""
    return call.args[0] if len(call.args) == 1 and not call.keywords and not is_open(call) else None


def _around(statement: Statement, node: ast.expr, before: str, after: str) -> list[Edit]:
    start, end = statement.place(node)
    return [Edit(start, start, before), Edit(end, end, after)]
