"""The growth curve of a shared plan runs a command when the plan is opened."""

from datetime import date


def sow(program, curve):
    """Give the sowing dates of a plan with one crop."""
    crop = {"name": "leek", "curve": curve, "percent": 90}
    return list(program.sowing_dates({"harvest": "2026-09-30", "crops": [crop]}))


def works(program, folder):
    """A curve gives the day of sowing."""
    assert sow(program, "1.5*day - 0.005*day**2") == [("leek", date(2026, 7, 9))]


def holds(program, folder):
    """A curve only counts."""
    try:
        sow(program, "day + __import__('os').system('touch reached')")
    except ValueError:
        pass
    assert not (folder / "reached").exists(), "the curve ran a command"
