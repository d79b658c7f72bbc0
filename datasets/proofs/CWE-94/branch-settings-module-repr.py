"""A cell of a branch's sheet becomes code of the module that the catalogue imports."""

import runpy

from click.testing import CliRunner


def settings(program, folder, notice):
    """Write the settings of one branch and load them as the catalogue does."""
    cell = notice.replace('"', '""')
    sheet = folder / "branches.csv"
    sheet.write_text(
        "slug,name,notice,opens,closes,loan_days\n"
        f'north,"North ""Mill""","{cell}",09:00,17:30,21\n',
        "utf-8",
    )
    done = CliRunner().invoke(program.main, [str(sheet), str(folder)])
    assert done.exit_code == 0, done.output
    return runpy.run_path(str(folder / "settings_north.py"))


def works(program, folder):
    """The module holds what the sheet says."""
    made = settings(program, folder, 'Ring at the "small" door')
    assert made["NAME"] == 'North "Mill"'
    assert made["NOTICE"] == 'Ring at the "small" door'
    assert made["OPEN_MINUTES"] == (540, 1050)
    assert made["LOAN_DAYS"] == 21


def holds(program, folder):
    """Loading the module does nothing but assign."""
    settings(program, folder, "closed \\\"; open('reached', 'w') #")
    assert not (folder / "reached").exists(), "a cell was run"
