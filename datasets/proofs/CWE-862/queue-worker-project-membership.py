"""A user of the portal has another team's survey sent to their own mailbox."""

import sys
import types
from types import SimpleNamespace

SENT = []


def account(number):
    """Make an account."""
    return SimpleNamespace(
        id=number, is_active=True, email_confirmed=True, email=f"u{number}@plants.example"
    )


def prepare(folder):
    """Stand in for queue, mailer and tables; survey 5 is that of account 1."""
    site = SimpleNamespace(species_id=88, latitude=48.203, longitude=11.5, seen_on="2026-06-01")
    survey = SimpleNamespace(id=5, state="finished", member_ids={1, 3})
    tables = SimpleNamespace(
        accounts={number: account(number) for number in (1, 2)},
        surveys={5: survey},
        observations=SimpleNamespace(of_survey=lambda number: [site]),
    )
    mailer = SimpleNamespace(send_attachment=lambda *mail: SENT.append(mail))
    sys.modules |= {
        "redis": types.ModuleType("redis"),
        "survey": types.ModuleType("survey"),
        "survey.mailer": mailer,
        "survey.tables": tables,
    }


def works(program, folder):
    """A member of the survey gets the sites."""
    program.run_job({"requester": 1, "survey": 5})
    ((address, name, table),) = SENT
    assert (address, name) == ("u1@plants.example", "survey-5.csv")
    assert "48.203" in table


def holds(program, folder):
    """Nobody else does."""
    program.run_job({"requester": 2, "survey": 5})
    assert SENT == [], "the sites went to another team"
