"""Statements built from untrusted text (CWE-89)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="django-raw-format",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $people = Person.objects.raw("SELECT * FROM app_person WHERE last_name = '%s'" % $in)  #!
                $out = [$person.pk for $person in $people]
                """,
        ),
        fixed=(
            """
                $people = Person.objects.raw("SELECT * FROM app_person WHERE last_name = %s", [$in])
                $out = [$person.pk for $person in $people]
                """,
        ),
        decoy=(
            """
                $people = Person.objects.filter(last_name=$in).order_by("id")
                $out = [$person.pk for $person in $people]
                """,
        ),
        wrong_fix=(
            """
                $people = Person.objects.raw("SELECT * FROM app_person WHERE last_name = '{}'".format($in.capitalize()))  #!
                $out = [$person.pk for $person in $people]
                """,
        ),
        imports=("from app.models import Person",),
        frameworks=("django",),
    ),
    Mechanism(
        id="django-cursor-fstring",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with connection.cursor() as $cursor:
                    $cursor.execute(f"SELECT count(*) FROM <<audit_log|visits>> WHERE path = '{$in}'")  #!
                    $out = $cursor.fetchone()[0]
                """,
        ),
        fixed=(
            """
                with connection.cursor() as $cursor:
                    $cursor.execute("SELECT count(*) FROM <<audit_log|visits>> WHERE path = %s", [$in])
                    $out = $cursor.fetchone()[0]
                """,
        ),
        wrong_fix=(
            """
                with connection.cursor() as $cursor:
                    $cursor.execute(f"SELECT count(*) FROM <<audit_log|visits>> WHERE path = '{$in!s}'", [])  #!
                    $out = $cursor.fetchone()[0]
                """,
        ),
        imports=("from django.db import connection",),
        frameworks=("django",),
    ),
    Mechanism(
        id="django-extra-where",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $found = Entry.objects.extra(where=["headline = '" + $in + "'"])  #!
                $out = list($found.values("id", "headline"))
                """,
        ),
        fixed=(
            """
                $found = Entry.objects.extra(where=["headline = %s"], params=[$in])
                $out = list($found.values("id", "headline"))
                """,
        ),
        decoy=(
            """
                $found = Entry.objects.filter(headline__icontains=$in)
                $out = list($found.values("id", "headline"))
                """,
        ),
        wrong_fix=(
            """
                $found = Entry.objects.extra(where=["headline = '%s'" % $in.replace('"', "")])  #!
                $out = list($found.values("id", "headline"))
                """,
        ),
        imports=("from app.models import Entry",),
        frameworks=("django",),
    ),
    Mechanism(
        id="asyncpg-fetch-fstring",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $rows = await $pool.fetch(f"SELECT id, starts FROM <<events|slots>> WHERE room = '{$in}' ORDER BY starts")  #!
                $out = [dict($row) for $row in $rows]
                """,
        ),
        fixed=(
            """
                $rows = await $pool.fetch("SELECT id, starts FROM <<events|slots>> WHERE room = $1 ORDER BY starts", $in)
                $out = [dict($row) for $row in $rows]
                """,
        ),
        wrong_fix=(
            """
                $rows = await $pool.fetch("SELECT id, starts FROM <<events|slots>> WHERE room = '" + $in.upper() + "' ORDER BY starts")  #!
                $out = [dict($row) for $row in $rows]
                """,
        ),
        imports=("import asyncpg",),
        given=(("pool", 'asyncpg.create_pool("postgres://db/<<app|bookings>>")'),),
        frameworks=("asyncpg",),
    ),
    Mechanism(
        id="aiosqlite-percent",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                async with aiosqlite.connect("<<jobs|queue>>.db") as $db:
                    $cursor = await $db.execute("SELECT payload FROM jobs WHERE name = '%s'" % $in)  #!
                    $out = await $cursor.fetchall()
                """,
        ),
        fixed=(
            """
                async with aiosqlite.connect("<<jobs|queue>>.db") as $db:
                    $cursor = await $db.execute("SELECT payload FROM jobs WHERE name = ?", ($in,))
                    $out = await $cursor.fetchall()
                """,
        ),
        wrong_fix=(
            """
                async with aiosqlite.connect("<<jobs|queue>>.db") as $db:
                    $cursor = await $db.execute("SELECT payload FROM jobs WHERE name = '%s'" % $in.strip("'"))  #!
                    $out = await $cursor.fetchall()
                """,
        ),
        imports=("import aiosqlite",),
        frameworks=("aiosqlite",),
    ),
    Mechanism(
        id="pandas-read-sql-fstring",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $frame = pd.read_sql(f"SELECT * FROM <<sales|readings>> WHERE region = '{$in}'", $engine)  #!
                $out = $frame.to_dict("records")
                """,
        ),
        fixed=(
            """
                $frame = pd.read_sql("SELECT * FROM <<sales|readings>> WHERE region = ?", $engine, params=[$in])
                $out = $frame.to_dict("records")
                """,
        ),
        decoy=(
            """
                $frame = pd.read_sql("SELECT * FROM <<sales|readings>>", $engine).query("region == @$in")
                $out = $frame.to_dict("records")
                """,
        ),
        wrong_fix=(
            """
                $frame = pd.read_sql_query("SELECT * FROM <<sales|readings>> WHERE region = '" + str($in) + "'", con=$engine)  #!
                $out = $frame.to_dict("records")
                """,
        ),
        imports=(
            "import pandas as pd",
            "from sqlalchemy import create_engine",
        ),
        given=(("engine", 'create_engine("sqlite:///<<sales|sensors>>.db")'),),
        frameworks=("pandas",),
    ),
    Mechanism(
        id="sql-in-list-join",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $parts = $in.split(",")
                $marks = ", ".join("'%s'" % $part for $part in $parts)
                $rows = $db.execute("SELECT id FROM <<tags|labels>> WHERE name IN (%s)" % $marks)  #!
                $out = [$row[0] for $row in $rows]
                """,
        ),
        fixed=(
            """
                $parts = $in.split(",")
                $marks = ", ".join("?" for $part in $parts)
                $rows = $db.execute("SELECT id FROM <<tags|labels>> WHERE name IN (%s)" % $marks, $parts)
                $out = [$row[0] for $row in $rows]
                """,
        ),
        wrong_fix=(
            """
                $parts = $in.split(",")
                $marks = ", ".join("'" + $part.strip() + "'" for $part in $parts)
                $rows = $db.execute("SELECT id FROM <<tags|labels>> WHERE name IN (%s)" % $marks)  #!
                $out = [$row[0] for $row in $rows]
                """,
        ),
        imports=("import sqlite3",),
        given=(("db", 'sqlite3.connect("<<tags|labels>>.db")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="sql-table-name",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $rows = $db.execute("SELECT * FROM " + $in).fetchall()  #!
                $out = $rows
                """,
        ),
        fixed=(
            """
                if $in not in ("<<users|orders>>", "<<items|logs>>"):
                    raise ValueError("unknown table")
                $rows = $db.execute("SELECT * FROM " + $in).fetchall()
                $out = $rows
                """,
        ),
        wrong_fix=(
            """
                if not $in:
                    raise ValueError("unknown table")
                $rows = $db.execute("SELECT * FROM " + $in).fetchall()  #!
                $out = $rows
                """,
        ),
        imports=("import sqlite3",),
        given=(("db", 'sqlite3.connect("exports.db")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="pyodbc-login-query",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cursor = $cnxn.cursor()
                $query = "SELECT * FROM staff WHERE badge = '" + $in + "'"
                $cursor.execute($query)  #!
                $out = $cursor.fetchone()
                """,
        ),
        fixed=(
            """
                $cursor = $cnxn.cursor()
                $query = "SELECT * FROM staff WHERE badge = ?"
                $cursor.execute($query, $in)
                $out = $cursor.fetchone()
                """,
        ),
        wrong_fix=(
            """
                $cursor = $cnxn.cursor()
                $query = "SELECT * FROM staff WHERE badge = '" + $in + "' AND active = 1"
                $cursor.execute($query)  #!
                $out = $cursor.fetchone()
                """,
        ),
        imports=("import pyodbc",),
        given=(("cnxn", 'pyodbc.connect("DSN=<<hr|erp>>")'),),
        frameworks=("pyodbc",),
    ),
    Mechanism(
        id="peewee-raw",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cursor = database.execute_sql("SELECT title FROM album WHERE artist = '%s'" % $in)  #!
                $out = [$row[0] for $row in $cursor]
                """,
        ),
        fixed=(
            """
                $cursor = database.execute_sql("SELECT title FROM album WHERE artist = ?", ($in,))
                $out = [$row[0] for $row in $cursor]
                """,
        ),
        decoy=(
            """
                $cursor = Album.select(Album.title).where(Album.artist == $in).tuples()
                $out = [$row[0] for $row in $cursor]
                """,
        ),
        wrong_fix=(
            """
                $cursor = database.execute_sql("SELECT title FROM album WHERE artist = '%s'" % $in.encode("ascii", "ignore").decode())  #!
                $out = [$row[0] for $row in $cursor]
                """,
        ),
        imports=("from app.models import Album, database",),
        frameworks=("peewee",),
    ),
)
