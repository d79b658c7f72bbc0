"""A layout with a text that is never closed keeps the printing of labels busy for seconds."""

import sys
import time
from types import ModuleType


def prepare(folder):
    """Stand in for Celery and the printer, which are not called here."""
    del folder
    for name in ("celery", "labels", "labels.printer", "labels.store"):
        sys.modules[name] = ModuleType(name)
    sys.modules["celery"].shared_task = lambda task: task
    sys.modules["labels.printer"].send_label = print
    sys.modules["labels.store"].Layout = object


def works(program, folder):
    """A layout is read."""
    del folder
    made = program.parts(r"field name=material, text 'Keep at \'-20\'', bar code=12")
    assert [(part.kind, part.values) for part in made] == [
        ("field", ["name", "material"]),
        ("text", ["Keep at '-20'"]),
        ("bar", ["code", "12"]),
    ]


def holds(program, folder):
    """A text without an end is refused at once."""
    del folder
    began = time.process_time()
    try:
        program.parts("text '" + r"\a" * 28)
    except program.LayoutError:
        pass
    assert time.process_time() - began < 0.5, "one layout took long"
