"""Which statements run before which: tells `weakspot.code.flow` what a name may hold at a place.

Only the form of compound statements is looked at, never their conditions; loops are not followed
round.
"""

import ast
from collections.abc import Iterator
from enum import Enum, auto
from itertools import pairwise

_Try = ast.Try | ast.TryStar
_Loop = ast.For | ast.AsyncFor | ast.While
_With = ast.With | ast.AsyncWith
_Jump = ast.Return | ast.Raise | ast.Break | ast.Continue
_LEAVE = frozenset({"exit", "quit", "abort", "sys.exit", "os._exit", "os.abort", "flask.abort"})


class Role(Enum):
    """What a block is to its compound statement."""

    BODY = auto()
    ELSE = auto()
    HANDLER = auto()
    FINALLY = auto()
    CASE = auto()


# From which blocks of one statement others are reached, the loop's own way round left out.
_NEXT = frozenset(
    {
        (Role.BODY, Role.ELSE),
        (Role.BODY, Role.HANDLER),
        (Role.BODY, Role.FINALLY),
        (Role.HANDLER, Role.FINALLY),
        (Role.ELSE, Role.FINALLY),
    }
)


def _jump(node: ast.stmt) -> ast.stmt | None:
    """Return the jump that a statement is; a call that never comes back raises an error."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.Raise() if _name(node.value.func) in _LEAVE else None
    return node if isinstance(node, _Jump) else None


def _is_never(node: ast.stmt) -> bool:
    """Whether a branch is left out by its own words: ``if False:``."""
    test = node.test if isinstance(node, ast.If | ast.While) else None
    return isinstance(test, ast.Constant) and not test.value


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


class Block:
    """Statements that stand below each other: those of a scope, or a branch of one of them.

    `part` is the handler or case that they belong to, or their whole statement. `is_certain` if
    they run whenever the scope does, `is_instead` if something else failed or was asked before.
    """

    def __init__(self, body: list[ast.stmt]) -> None:
        ends = (at for at, node in enumerate(body, 1) if _jump(node) is not None)
        self.body = body[: next(ends, len(body))]  # nothing below a jump is ever reached
        self.parent: Block | None = None
        self.fork: Fork | None = None
        self.role = Role.BODY
        self.part: ast.AST | None = None
        self.is_certain = True
        self.is_instead = False
        self.jump = _jump(self.body[-1]) if body else None

    def path(self) -> "Iterator[Block]":
        """Yield this block and those around it, the innermost first."""
        at: Block | None = self
        while at is not None:
            yield at
            at = at.parent


class Fork:
    """A compound statement and its blocks, in their order."""

    def __init__(self, node: ast.stmt, around: Block) -> None:
        self.node = node
        self.blocks: list[Block] = []
        if not _is_never(node):
            self._add(Role.BODY, node, node, around)
        for handler in getattr(node, "handlers", ()):
            self._add(Role.HANDLER, handler, handler, around)
        for case in getattr(node, "cases", ()):
            self._add(Role.CASE, case, case, around)
        self._add(Role.ELSE, node, node, around, "orelse")
        self._add(Role.FINALLY, node, node, around, "finalbody")

    def _add(
        self, role: Role, part: ast.AST, node: ast.AST, around: Block, name: str = "body"
    ) -> None:
        body = getattr(node, name, None)
        if not body:
            return
        block = Block(body)
        block.parent, block.fork, block.role, block.part = around, self, role, part
        block.is_certain = around.is_certain and (
            role is Role.FINALLY
            or (role is Role.BODY and isinstance(self.node, _Try | _With) and not self._hushes)
        )
        block.is_instead = around.is_instead or role in (Role.HANDLER, Role.CASE, Role.ELSE)
        self.blocks.append(block)

    @property
    def _hushes(self) -> bool:
        """Whether a `with` may end in the middle, without an error."""
        items = self.node.items if isinstance(self.node, _With) else []
        calls = [one.context_expr for one in items if isinstance(one.context_expr, ast.Call)]
        names = [getattr(one.func, "attr", getattr(one.func, "id", "")) for one in calls]
        return bool({"suppress", "raises", "assertRaises"}.intersection(names))

    def is_certain(self, given: set[Block]) -> bool:
        """Whether what follows the statement is only reached through one of the blocks `given`."""
        through = dict.fromkeys(Role, True)
        for block in self.blocks:
            through[block.role] &= block in given or block.jump is not None
        roles = {block.role for block in self.blocks}
        if isinstance(self.node, _Try):
            plain = through[Role.BODY] or (Role.ELSE in roles and through[Role.ELSE])
            at_last = Role.FINALLY in roles and through[Role.FINALLY]
            return at_last or (plain and through[Role.HANDLER])
        if isinstance(self.node, ast.If):
            return Role.ELSE in roles and through[Role.BODY] and through[Role.ELSE]
        if isinstance(self.node, ast.Match):
            return _is_whole(self.node) and through[Role.CASE]
        return isinstance(self.node, _With) and through[Role.BODY] and not self._hushes


def _is_whole(node: ast.Match) -> bool:
    """Whether one of the cases is met whatever the subject is."""
    last = node.cases[-1]
    pattern = last.pattern
    return last.guard is None and isinstance(pattern, ast.MatchAs) and pattern.pattern is None


class Reach:
    """Tells, for one name at one place, which of the values given above may be there.

    They are asked about one by one, the nearest first.
    """

    def __init__(self, used: Block) -> None:
        around = list(used.path())
        # Each block around the use, and the one in it through which the use is reached.
        self._around: dict[Block, Block | None] = {used: None}
        self._around |= {outer: inner for inner, outer in pairwise(around)}
        self._given: set[Block] = set()

    def comes(self, given: Block) -> bool:
        """Whether what is given in a block may still be there at the use."""
        left: ast.stmt | None = None  # the jump out of what was passed
        last: Block | None = None
        for block in given.path():
            if block in self._around:
                break
            if last is not None and last.fork is not None:
                left = _after(left, last.fork.node, last.role)
            left = block.jump or left
            if isinstance(left, ast.Return) and not self._is_beside(block):
                return False
            last = block
        if last is None or last.fork is None:
            return True
        beside = self._beside(last)
        if beside is None:
            return _after(left, last.fork.node, last.role) is None
        return isinstance(last.fork.node, _Try | _Loop) and (last.role, beside.role) in _NEXT

    def ends(self, given: Block) -> bool:
        """Whether nothing given before a value in this block can be there at the use."""
        for block in given.path():
            if block in self._around:
                return True
            self._given.add(block)
            if block.fork is None:
                return False
            if (beside := self._beside(block)) is not None:
                is_plain = isinstance(block.fork.node, _Try) and block.role is Role.BODY
                if not (is_plain and beside.role is Role.ELSE):
                    return False
            elif not block.fork.is_certain(self._given):
                return False
        return False

    def _beside(self, block: Block) -> Block | None:
        """Return the block of the same statement in which the use is, if any."""
        beside = self._around.get(block.parent) if block.parent is not None else None
        return beside if beside is not None and beside.fork is block.fork else None

    def _is_beside(self, block: Block) -> bool:
        return self._beside(block) is not None


def _after(jump: ast.stmt | None, node: ast.stmt, role: Role) -> ast.stmt | None:
    """Return the jump that still leads away when the statement around it is over."""
    if isinstance(jump, ast.Raise) and isinstance(node, _Try) and role is Role.BODY:
        return None
    if isinstance(jump, ast.Break | ast.Continue) and isinstance(node, _Loop):
        return None
    return jump
