"""A skeleton: the function that a mechanism's statements are put into, and what it reads.

Skeletons are templates (see `template`) with a few slots of their own: ``%BODY`` is the line that
the statements replace, ``%TYPE`` the annotation of the untrusted parameter, ``%OTHER`` where a
second parameter may go, ``%KEY`` and ``%KEY2`` the keys under which values are read.
"""

from dataclasses import dataclass, field

WEB = frozenset(
    [
        "flask",
        "django",
        "fastapi",
        "aiohttp",
        "tornado",
        "bottle",
        "starlette",
        "sanic",
        "quart",
        "falcon",
        "pyramid",
        "cherrypy",
        "drf",
        "django-rest-framework",
        "djangorestframework",
    ]
)
TYPES = {
    "text": "str",
    "bytes": "bytes",
    "number": "int",
    "mapping": "dict",
    "url": "str",
    "filename": "str",
}


@dataclass(frozen=True, slots=True)
class Skeleton:
    """One kind of place where code lives.

    `text`, `data`, `mapping` and `names` are expressions for an untrusted string, bytes, mapping
    and file name; a skeleton whose code takes ``$in`` as a parameter has none. `other` reads a
    second, unrelated value. `result` returns or shows ``$out``, `done` ends a function that has
    no result, `reject` refuses a request.
    """

    id: str
    code: tuple[str, ...]
    text: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    mapping: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    other: tuple[str, ...] = ()
    result: tuple[str, ...] = ("return $out",)
    done: tuple[str, ...] = ("",)
    reject: tuple[str, ...] = (
        'raise ValueError("<<unsupported value|unknown option|not allowed|rejected>>")',
    )
    framework: str = ""
    imports: tuple[str, ...] = ()
    setup: tuple[str, ...] = ("",)
    tail: str = ""
    is_async: bool = False
    method: bool = False
    returns: bool = True  # a `return` with a value makes sense here
    takes: frozenset[str] = field(default_factory=lambda: frozenset(TYPES))
    weight: float = 1.0

    @property
    def is_parameter(self) -> bool:
        """Whether the untrusted value arrives as the function's own parameter."""
        return "$in" in "".join(self.code)

    @property
    def is_bare(self) -> bool:
        """Whether nothing but a parameter says that the value is untrusted."""
        return self.is_parameter and not self.framework

    def reads(self, takes: str) -> tuple[str, ...]:
        """Return expressions for an untrusted value of a kind; empty when there are none."""
        if takes == "bytes":
            return self.data or tuple(f"base64.b64decode({one})" for one in self.text)
        if takes == "mapping":
            return self.mapping or tuple(f"json.loads({one})" for one in self.text)
        if takes == "number":
            return tuple(f"int({one})" for one in self.text)
        if takes == "filename":
            return self.names * 2 + self.text
        return self.text
