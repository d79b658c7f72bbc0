"""Commands that need no shell: the program and each of its arguments, as a list.

Data becomes one argument, whatever stands in it, and never an option: it is put behind ``--``,
and only programs get any that are known to read nothing behind that as an option, and not to run
what they are given. What cannot be told apart like this has no safe form here: a command that is
not in view, what means something to a shell alone, an option that may take the data.
"""

import ast
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from weakspot.code.literals import literal, shortened
from weakspot.scan.remedy_forms import argument, dotted, is_open, keyword, only
from weakspot.scan.rewriting import Edit, Statement, emitted

# Programs that end their options at ``--``, and those of one letter that take nothing behind them.
_PROGRAMS: Mapping[str, str] = {
    "cat": "AbEnsTv",
    "chmod": "Rfv",
    "chown": "Rfhv",
    "cp": "adfilpRrv",
    "curl": "fIkLOSs",
    "df": "hk",
    "diff": "Nqru",
    "du": "abchks",
    "file": "bi",
    "git clone": "q",
    "grep": "cEFHhilnorsvwx",
    "gzip": "cdfkv",
    "head": "",
    "host": "",
    "ln": "fnsv",
    "ls": "1AadhilRrSt",
    "md5sum": "",
    "mkdir": "pv",
    "mv": "fiv",
    "ping": "",
    "rm": "dfiRrv",
    "rmdir": "pv",
    "sha256sum": "",
    "sort": "nru",
    "stat": "L",
    "tail": "f",
    "touch": "acm",
    "wc": "clmw",
    "wget": "q",
    "whois": "",
}
_STARTS = re.compile(r"subprocess\.(?:run|call|check_call|check_output|Popen)")
_SHELL_SIGNS = re.compile(r"[|&;<>$`*?~!#(){}\[\]\\\n\ue000-\uf8ff]")
_PLACE, _FIRST = re.compile("([\ue000-\uf8ff])"), 0xE000  # stand for data while words are told
_DIRECTIVE = re.compile(r"(%s|%%)")
_QUOTES = re.compile(r"(?:shlex|pipes)\.quote")
# Texts that are several arguments, or are quoted already.
_SEVERAL = re.compile(r"(?:shlex|pipes)\.quote|shlex\.join|subprocess\.list2cmdline|.*\.join")
_OPTIONS = re.compile(
    r"(?i)(?:.*[._])?(?:(?:extra|more|other)?_?(?:args|arguments|flags?|opts?|options?|switch(?:es)?))"
)


@dataclass(frozen=True, slots=True)
class _Value:
    """Data in a command, as normalised text."""

    text: str


_Word = Sequence[str | _Value]


class _UnfitError(Exception):
    """The command cannot be told apart."""


def without_shell(statement: Statement) -> list[Edit]:
    """Give `subprocess` a list in place of a command for a shell."""
    made: list[Edit] = []
    for call in statement.calls:
        shell = keyword(call, "shell")
        command = argument(call, 0, "args")
        if shell is None or command is None or is_open(call) or len(call.args) > 1:
            continue
        if not _STARTS.fullmatch(dotted(call.func)) or keyword(call, "executable"):
            continue
        if statement.source(shell.value) == "True" and (words := _listed(statement, command)):
            made += [statement.replace(command, words), statement.remove(call, shell)]
    return made


def shell_off(statement: Statement) -> list[Edit]:
    """Turn the shell off where a list is given to a function that is not of `subprocess`."""
    made: list[Edit] = []
    for call in statement.calls:
        shell = keyword(call, "shell")
        command = argument(call, 0)
        if shell is None or not isinstance(command, ast.List | ast.Tuple):
            continue
        if _STARTS.fullmatch(dotted(call.func)) or statement.source(shell.value) != "True":
            continue
        if words := _listed(statement, command):
            made += [statement.replace(command, words), statement.replace(shell.value, "False")]
    return made


def without_system(statement: Statement) -> list[Edit]:
    """Start a program without a shell in place of `os.system`; its status stays the value."""
    made: list[Edit] = []
    for call in statement.calls:
        command = only(call)
        if dotted(call.func) != "os.system" or command is None or _is_taken_apart(statement, call):
            continue
        if words := _listed(statement, command):
            is_used = not isinstance(statement.parent(call), ast.Expr)
            function, checked = ("call", "") if is_used else ("run", ", check=True")
            made.append(statement.replace(call.func, f"subprocess.{function}"))
            made.append(statement.replace(command, f"{words}{checked}"))
    return made


def _is_taken_apart(statement: Statement, call: ast.Call) -> bool:
    """Whether more is asked of a status than if it is 0: that of `os.system` holds it shifted."""
    parent = statement.parent(call)
    if isinstance(parent, ast.Compare):
        sides = (parent.left, *parent.comparators)
        return any(one is not call and statement.source(one) != "0" for one in sides)
    return isinstance(parent, ast.BinOp) or (
        isinstance(parent, ast.Call) and dotted(parent.func).startswith(("os.W", "os.wait"))
    )


def without_popen(statement: Statement) -> list[Edit]:
    """Start a program without a shell in place of `os.popen`, where its output is read at once.

    `subprocess.getoutput` likewise.
    """
    made: list[Edit] = []
    for call in statement.calls:
        opened = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(opened, ast.Call) and dotted(opened.func) == "os.popen":
            reads = dotted(call.func) == "?.read" and not (call.args or call.keywords)
            if reads and (edits := _output(statement, opened)):
                end = statement.place(opened)[1]
                made += [*edits, Edit(end, statement.place(call)[1], ".stdout")]
        elif dotted(call.func) == "subprocess.getoutput" and (edits := _output(statement, call)):
            end = statement.place(call)[1]
            made += [*edits, Edit(end, end, ".stdout")]
    return made


def _output(statement: Statement, call: ast.Call) -> list[Edit]:
    command = only(call)
    words = None if command is None else _listed(statement, command)
    if command is None or words is None:
        return []
    return [
        statement.replace(call.func, "subprocess.run"),
        statement.replace(command, f"{words}, capture_output=True, text=True"),
    ]


def _listed(statement: Statement, command: ast.expr) -> str | None:
    """Return a command as a list; None where it has no safe form."""
    try:
        words = _ended(_words(command))
    except (_UnfitError, ValueError):  # shlex: a quote is left open
        return None
    values = (part.text for word in words for part in word if isinstance(part, _Value))
    if any(value not in statement.text for value in values):  # not as it was normalised
        return None
    return f"[{', '.join(map(_element, words))}]"


def _words(command: ast.expr) -> list[_Word]:
    if isinstance(command, ast.List | ast.Tuple):
        return [tuple(_pieces(one)) for one in command.elts]
    values: list[_Value] = []
    text = ""
    for piece in _pieces(command):
        if isinstance(piece, _Value):
            text += chr(_FIRST + len(values))
            values.append(piece)
        elif _SHELL_SIGNS.search(piece):
            raise _UnfitError
        else:
            text += piece
    return [
        tuple(
            values[ord(part) - _FIRST] if _PLACE.fullmatch(part) else part
            for part in _PLACE.split(word)
            if part
        )
        for word in shlex.split(text)
    ]


def _pieces(command: ast.expr) -> Iterator[str | _Value]:
    """Yield the texts and the data that a string is made of."""
    match command:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _pieces(part)
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            yield _value(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _pieces(left)
            yield from _pieces(right)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod(), right=right):
            yield from _filled(text, right)
        case ast.Constant() | ast.FormattedValue():
            raise _UnfitError
        case _:
            yield _value(command)


def _value(node: ast.expr) -> _Value:
    """Return data without the quotes that it was given for a shell."""
    if isinstance(node, ast.Starred) or _OPTIONS.fullmatch(dotted(node)):
        raise _UnfitError
    if isinstance(node, ast.Call) and _QUOTES.fullmatch(dotted(node.func)):
        node = only(node) or node
    if any(isinstance(one, ast.Call) and _is_several(one) for one in ast.walk(node)):
        raise _UnfitError
    return _Value(emitted(node))


def _is_several(call: ast.Call) -> bool:
    """Whether a call makes several arguments, or one that is quoted for a shell."""
    if not _SEVERAL.fullmatch(name := dotted(call.func)):
        return False
    return name not in ("os.path.join", "posixpath.join")


def _filled(text: str, right: ast.expr) -> Iterator[str | _Value]:
    """Yield the pieces of a text that ``%`` fills in."""
    given = right.elts if isinstance(right, ast.Tuple) else [right]
    values = iter(given)
    parts = _DIRECTIVE.split(text)
    count = parts.count("%s")
    if (
        count != len(given)
        or isinstance(right, ast.Dict)
        or any("%" in part for part in parts[::2])
    ):
        raise _UnfitError
    for part in parts:
        if part == "%s":
            yield _value(next(values))
        else:
            yield "%" if part == "%%" else part


def _ended(words: Sequence[_Word]) -> Sequence[_Word]:
    """Return the words of a command with its options ended before the data."""
    names = [_name(word) for word in words]
    program = re.sub(r"^(?:/usr)?/bin/", "", names[0] or "") if names else ""
    flags = _PROGRAMS.get(f"git {names[1]}" if program == "git" and names[1:] else program)
    glued = (word[0] for word, name in zip(words, names, strict=True) if name is None)
    if flags is None or any(isinstance(part, str) and part.startswith("-") for part in glued):
        raise _UnfitError
    first = next((at for at, word in enumerate(words) if word and isinstance(word[0], _Value)), 0)
    if not first or "--" in names[:first]:
        return words
    before = names[first - 1] or ""
    takes_data = before.startswith("-") and not set(before[1:]) <= set(flags)
    if takes_data or any((name or "").startswith("-") for name in names[first + 1 :]):
        raise _UnfitError
    return [*words[:first], ("--",), *words[first:]]


def _name(word: _Word) -> str | None:
    """Return a word without data in it; None for others."""
    texts = [part for part in word if isinstance(part, str)]
    return "".join(texts) if len(texts) == len(word) else None


def _element(word: _Word) -> str:
    """Return the argument that a word is, as normalised text."""
    if (name := _name(word)) is not None:
        return literal(name)
    if len(word) == 1 and isinstance(word[0], _Value):
        return word[0].text
    shown = (shortened(part) if isinstance(part, str) else f"{{{part.text}}}" for part in word)
    return f"f'{''.join(shown)}'"
