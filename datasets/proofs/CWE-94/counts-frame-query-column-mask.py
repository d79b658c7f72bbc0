"""A threshold in the URL of the open data site runs a command on the server."""

import pandas as pd
from fastapi.testclient import TestClient


def prepare(folder):
    """Put the counts beside the program."""
    hours = pd.to_datetime(["2026-05-01T07:00", "2026-05-01T08:00"])
    frame = pd.DataFrame(
        {"counter": ["mill", "mill"], "hour": hours, "bicycles": [40, 310], "rain": [0.0, 0.4]}
    )
    frame.to_parquet(folder.parents[1] / "counts.parquet")


def works(program, folder):
    """Hours above a value are listed."""
    answer = TestClient(program.app).get("/counts/mill", params={"value": "100"})
    assert answer.json() == {"counter": "mill", "hours": ["2026-05-01T08:00"], "bicycles": [310]}


def holds(program, folder):
    """A value is a number."""
    client = TestClient(program.app, raise_server_exceptions=False)
    client.get("/counts/mill", params={"value": "@pd.io.common.os.system('touch reached')"})
    assert not (folder / "reached").exists(), "the value ran a command"
