"""Prints literals as the model reads them: in one form, and not at any length."""

MAX_TEXT = 160  # characters of a string literal that are kept
MAX_INT_BITS = 256


def literal(value: object) -> str:
    """Return a literal's canonical text, shortened where it is long; it is still Python."""
    if isinstance(value, str | bytes):
        shown = repr(value[:MAX_TEXT])
        mark = "" if len(value) <= MAX_TEXT else "…" if isinstance(value, str) else "..."
        return shown[:-1] + mark + shown[-1]
    if isinstance(value, int) and value.bit_length() > MAX_INT_BITS:
        return f"0xffff_{value & 0xFFFFFFFF:08x}"  # repr() of a huge int is refused by CPython
    if value is Ellipsis:
        return "..."
    return repr(value)


def shortened(text: str) -> str:
    """Return what a formatted string says between its fields, as it stands in one."""
    shown = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    return repr(shown)[1:-1].replace("{", "{{").replace("}", "}}")
