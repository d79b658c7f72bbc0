"""A visitor's search word keeps the archive busy for seconds."""

import time


def archive(program, folder):
    """Publish two transcripts."""
    (folder / "v1.txt").write_text("We took the ferry.\n" + "a" * 27 + "!\n", "utf-8")
    (folder / "v2.txt").write_text("The Ferry was late.\n", "utf-8")
    return program.Transcripts(folder)


def works(program, folder):
    """A word is found in any case."""
    hits = archive(program, folder).find("ferry")
    assert [(hit["voice"], hit["line"]) for hit in hits] == [("v1", 1), ("v2", 1)]


def holds(program, folder):
    """What a visitor types is no pattern."""
    transcripts = archive(program, folder)
    began = time.process_time()
    transcripts.find("(a+)+$")
    assert time.process_time() - began < 0.5, "one search took long"
