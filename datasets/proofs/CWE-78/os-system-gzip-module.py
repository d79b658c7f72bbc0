"""The name of an uploaded log runs a command while the log is packed."""

import gzip


def works(program, folder):
    """A log is replaced by its packed form."""
    (folder / "monday.log").write_text("scans")
    program.pack(folder / "monday.log")
    assert gzip.decompress((folder / "monday.log.gz").read_bytes()) == b"scans"
    assert not (folder / "monday.log").exists()


def holds(program, folder):
    """Neither a line break nor backquotes in a name are read by a shell."""
    for name in ("a\ntouch reached\n.log", "`touch reached`.log"):
        (folder / name).write_text("scans")
        program.pack(folder / name)
        assert not (folder / "reached").exists(), f"{name!r} ran a command"
