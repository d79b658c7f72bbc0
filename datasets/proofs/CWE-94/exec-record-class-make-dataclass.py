"""The heading of a station's list runs code in the import of the archive."""

import json


def works(program, folder):
    """A list becomes a JSON file."""
    (folder / "west.csv").write_text("Title;Aired;Carrier\nHarvest;1961-09-02;tape\n", "utf-8")
    assert program.main(folder) == 0
    entry = {"title": "Harvest", "aired": "1961-09-02", "carrier": "tape"}
    assert json.loads((folder / "west.json").read_text("utf-8")) == [entry]


def holds(program, folder):
    """A column name is never run."""
    heading = "title;aired;carrier;note=[open('reached', 'w').close()][0]"
    (folder / "west.csv").write_text(f"{heading}\nHarvest;1961-09-02;tape;mono\n", "utf-8")
    program.main(folder)
    assert not (folder / "reached").exists(), "a column name was run"
