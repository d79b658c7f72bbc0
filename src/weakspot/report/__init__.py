"""Turns a finished scan into something to read or to feed to another tool: text, SARIF, HTML …

`weakspot.report.formats.load(name)` gives a format; each format lives in a module of its own.
"""
