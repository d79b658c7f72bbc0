"""A worker prints the payslip of a colleague by giving the colleague's number."""

import contextlib
import io
import os
import sys
import types
from types import SimpleNamespace

STAFF = {
    1001: SimpleNamespace(number=20001, left_on=None),
    1002: SimpleNamespace(number=20002, left_on=None),
}


class StaffList:
    """The staff, by user id and by personnel number."""

    @classmethod
    def load(cls):
        """Read the list."""
        return cls()

    def by_uid(self, uid):
        """Give the person with this user id."""
        return STAFF.get(uid)

    def by_number(self, number):
        """Give the person with this personnel number."""
        return next((person for person in STAFF.values() if person.number == number), None)


def prepare(folder):
    """Stand in for the staff list."""
    sys.modules |= {
        "payroll": types.ModuleType("payroll"),
        "payroll.staff": SimpleNamespace(StaffList=StaffList),
    }


def printed(program, folder, number):
    """Call the command as user 1001, with a number where it takes one."""
    program.SLIPS = folder
    (folder / "2026-10").mkdir()
    for person, wage in ((20001, "3100"), (20002, "5400")):
        (folder / "2026-10" / f"{person}.txt").write_text(f"wage {wage}\n", "utf-8")
    os.environ["SUDO_UID"] = "1001"
    out = io.StringIO()
    for words in ([number, "2026-10"], ["2026-10"]):
        sys.argv = ["payslip", *words]
        with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
            program.main()
    return out.getvalue()


def works(program, folder):
    """The own payslip is printed."""
    assert printed(program, folder, "20001") == "wage 3100\n"


def holds(program, folder):
    """The payslip of a colleague is not."""
    assert "5400" not in printed(program, folder, "20002"), "the wage of a colleague"
