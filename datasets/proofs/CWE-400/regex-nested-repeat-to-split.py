"""A label of thirty letters and an underscore keeps the reading of an envelope busy for seconds."""

import time


def envelope(folder, *lines):
    """Write one practice's text file."""
    path = folder / "inbox" / "gp12" / "47.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def works(program, folder):
    """Samples are read, other lines are left out."""
    path = envelope(folder, "GP12-NORTH-000431;serum", "no label;serum", "GP12-7;stone")
    (sample,) = program.read_envelope(path)
    assert (sample.label, sample.material) == ("GP12-NORTH-000431", "serum")


def holds(program, folder):
    """A line that is no label is left out at once."""
    path = envelope(folder, "A" * 26 + "_;serum")
    began = time.process_time()
    assert list(program.read_envelope(path)) == []
    assert time.process_time() - began < 0.5, "one line took long"
