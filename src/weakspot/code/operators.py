"""Python's operators as the canonical form writes them, with how tightly they bind.

The numbers only order: an operand that binds less tightly than its operator gets brackets.
"""

import ast

BINARY: dict[type[ast.operator], tuple[str, int]] = {
    ast.BitOr: (" | ", 6),
    ast.BitXor: (" ^ ", 7),
    ast.BitAnd: (" & ", 8),
    ast.LShift: (" << ", 9),
    ast.RShift: (" >> ", 9),
    ast.Add: (" + ", 10),
    ast.Sub: (" - ", 10),
    ast.Mult: (" * ", 11),
    ast.MatMult: (" @ ", 11),
    ast.Div: (" / ", 11),
    ast.FloorDiv: (" // ", 11),
    ast.Mod: (" % ", 11),
    ast.Pow: (" ** ", 13),
}
UNARY: dict[type[ast.unaryop], tuple[str, int]] = {
    ast.Not: ("not ", 4),
    ast.Invert: ("~", 12),
    ast.UAdd: ("+", 12),
    ast.USub: ("-", 12),
}
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Eq: " == ",
    ast.NotEq: " != ",
    ast.Lt: " < ",
    ast.LtE: " <= ",
    ast.Gt: " > ",
    ast.GtE: " >= ",
    ast.Is: " is ",
    ast.IsNot: " is not ",
    ast.In: " in ",
    ast.NotIn: " not in ",
}


def operator_symbol(operator: ast.operator) -> str:
    """Return a binary operator as written, without blanks around it."""
    return BINARY[type(operator)][0].strip()
