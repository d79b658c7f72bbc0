"""The open-data table shows the exact pay of the only holder of a post."""

import pandas as pd

HEAD = "employee_no;name;iban;born;contract;office;post;gross_pay;hours;sick_days\n"


def table(program, folder):
    """Summarise twelve gardeners and one head of office."""
    people = [f"{n};G{n};X{n};1980-01-01;full;parks;gardener;2800;38;4\n" for n in range(12)]
    people.append("90;Ada Plum;X90;1970-05-01;full;parks;head;6133;40;61\n")
    (folder / "staff.csv").write_text(HEAD + "".join(people), "utf-8")
    staff = program.read_staff(folder / "staff.csv", pd.Timestamp("2026-09-30"))
    return program.summarise(staff)


def works(program, folder):
    """The mean of a large group is published."""
    rows = table(program, folder)
    gardeners = rows[rows["post"] == "gardener"].iloc[0]
    assert (gardeners["people"], gardeners["mean_pay"]) == (12, 2800)


def holds(program, folder):
    """The pay and the days of illness of a single person are not."""
    rows = table(program, folder)
    assert 6133 not in rows["mean_pay"].tolist(), "one person's pay is published"
    assert 61 not in rows["mean_sick_days"].tolist(), "one person's illness is published"
