"""A word with a command substitution in it runs a command for the kiosk."""

import os


def prepare(folder):
    """Stand in for pdftotext by a program that prints the file as it is."""
    tool = folder / "pdftotext"
    tool.write_text('#!/bin/sh\nexec cat "$1"\n')
    tool.chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    (folder / "judgment.pdf").write_text('The lease ends.\nNo lease.\nHe said "quiet".\n')


def works(program, folder):
    """Lines with the word are counted, quotes included."""
    assert program.lines_with(folder / "judgment.pdf", "lease") == 2
    assert program.lines_with(folder / "judgment.pdf", '"quiet"') == 1
    assert program.lines_with(folder / "judgment.pdf", "appeal") == 0


def holds(program, folder):
    """A word stays a word."""
    program.lines_with(folder / "judgment.pdf", "$(touch reached)")
    assert not (folder / "reached").exists(), "the word ran a command"
