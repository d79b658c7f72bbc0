"""An absolute name makes the intake desk send a letter of another clinic."""

import os
import sys
import types

import fastapi
from fastapi.testclient import TestClient


class Clerk:
    """A clerk of clinic 1."""

    id, clinic_id = 7, 1


def prepare(folder):
    """Stand in for the clinic's own modules and lay out two clinics' letters."""
    clerks, journal = types.ModuleType("intake.clerks"), types.ModuleType("intake.journal")
    clerks.Clerk, clerks.clerk_on_duty = Clerk, Clerk
    journal.note = lambda *facts: None
    sys.modules["intake"] = types.ModuleType("intake")
    sys.modules["intake.clerks"], sys.modules["intake.journal"] = clerks, journal
    os.environ["INTAKE_LETTERS"] = str(folder)
    for clinic in ("clinic-0001", "clinic-0002"):
        (folder / clinic).mkdir()
        (folder / clinic / "recall.pdf").write_text(f"of {clinic}")


def ask(program, letter):
    """Order a reprint as the clerk."""
    app = fastapi.FastAPI()
    app.include_router(program.router)
    order = {"letter": letter, "reason": "paper jam"}
    return TestClient(app).post("/letters/reprint", json=order)


def works(program, folder):
    """A letter of the clinic is sent, a missing one is not found."""
    assert ask(program, "recall.pdf").text == "of clinic-0001"
    assert ask(program, "none.pdf").status_code == 404


def holds(program, folder):
    """The letters of the other clinic stay where they are."""
    answer = ask(program, str(folder / "clinic-0002" / "recall.pdf"))
    assert answer.status_code == 404, f"sent: {answer.text}"
