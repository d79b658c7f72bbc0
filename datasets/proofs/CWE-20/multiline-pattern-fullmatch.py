"""A choir's address of two lines puts a line for another choir into the alias map."""

import json
import os
import sys


def alias_map(program, folder, address):
    """Build the map from the requests of two choirs, with a postmap that does nothing."""
    (folder / "postmap").write_text("#!/bin/sh\n")
    (folder / "postmap").chmod(0o755)
    os.environ["PATH"] = f"{folder}:{os.environ['PATH']}"
    requests = folder / "requests"
    requests.mkdir()
    for name, mail in (("lake", address), ("altos", "anna@altos.example")):
        (requests / f"{name}.json").write_text(json.dumps({"name": name, "address": mail}))
    sys.argv = ["build", str(requests), "--map", str(folder / "choirs")]
    program.main()
    return (folder / "choirs").read_text("utf-8").splitlines()


def works(program, folder):
    """Each choir has its line."""
    assert sorted(alias_map(program, folder, "bo@lake.example")) == [
        "altos@choirs.example  anna@altos.example",
        "lake@choirs.example  bo@lake.example",
    ]


def holds(program, folder):
    """A request gives no line under another name."""
    address = "bo@lake.example\naltos@choirs.example  bo@lake.example"
    lines = alias_map(program, folder, address)
    taken = [line for line in lines if line.startswith("altos@") and "bo@" in line]
    assert taken == [], "the mail of the altos goes to another choir"
