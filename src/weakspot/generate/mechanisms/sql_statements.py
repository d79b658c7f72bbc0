"""Statements built from untrusted text (CWE-89)."""

from __future__ import annotations

from weakspot.generate.mechanism import Kind, Mechanism

MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism(
        id="sqlite-fstring-where",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cur = $conn.cursor()
                $cur.execute(f"SELECT id, <<email|name|title>> FROM <<users|orders|articles>> WHERE <<login|slug|code>> = '{$in}'")  #!
                $out = $cur.<<fetchone|fetchall>>()
                """,
        ),
        fixed=(
            """
                $cur = $conn.cursor()
                $cur.execute("SELECT id, <<email|name|title>> FROM <<users|orders|articles>> WHERE <<login|slug|code>> = ?", ($in,))
                $out = $cur.<<fetchone|fetchall>>()
                """,
        ),
        decoy=(
            """
                $cur = $conn.cursor()
                $column = "<<email|name|title>>"
                $cur.execute(f"SELECT id, {$column} FROM <<users|orders|articles>> WHERE <<login|slug|code>> = ?", ($in,))
                $out = $cur.<<fetchone|fetchall>>()
                """,
        ),
        wrong_fix=(
            """
                $cur = $conn.cursor()
                $value = $in.replace("--", "").replace(";", "")
                $cur.execute(f"SELECT id, <<email|name|title>> FROM <<users|orders|articles>> WHERE <<login|slug|code>> = '{$value}'")  #!
                $out = $cur.<<fetchone|fetchall>>()
                """,
        ),
        imports=("import sqlite3",),
        given=(("conn", 'sqlite3.connect("<<app|store|ledger>>.db")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="sqlite-percent-like",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $rows = $conn.execute("SELECT * FROM <<products|books>> WHERE title LIKE '%%%s%%'" % $in).fetchall()  #!
                $out = [dict($row) for $row in $rows]
                """,
        ),
        fixed=(
            """
                $rows = $conn.execute("SELECT * FROM <<products|books>> WHERE title LIKE ?", ("%" + $in + "%",)).fetchall()
                $out = [dict($row) for $row in $rows]
                """,
        ),
        decoy=(
            """
                $pattern = "%%%s%%" % $in
                $rows = $conn.execute("SELECT * FROM <<products|books>> WHERE title LIKE ?", [$pattern]).fetchall()
                $out = [dict($row) for $row in $rows]
                """,
        ),
        wrong_fix=(
            """
                $pattern = "%%%s%%" % $in.strip()
                $rows = $conn.execute("SELECT * FROM <<products|books>> WHERE title LIKE '" + $pattern + "'").fetchall()  #!
                $out = [dict($row) for $row in $rows]
                """,
        ),
        imports=("import sqlite3",),
        given=(("conn", 'sqlite3.connect("<<catalogue|inventory>>.sqlite3")'),),
        frameworks=("stdlib",),
    ),
    Mechanism(
        id="psycopg-concat-delete",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with $db.cursor() as $cur:
                    $cur.execute("DELETE FROM <<sessions|tokens>> WHERE owner = '" + $in + "'")  #!
                $db.commit()
                $out = True
                """,
        ),
        fixed=(
            """
                with $db.cursor() as $cur:
                    $cur.execute("DELETE FROM <<sessions|tokens>> WHERE owner = %s", ($in,))
                $db.commit()
                $out = True
                """,
        ),
        decoy=(
            """
                with $db.cursor() as $cur:
                    $cur.execute("DELETE FROM <<sessions|tokens>> " + "WHERE owner = %(owner)s", {"owner": $in})
                $db.commit()
                $out = True
                """,
        ),
        wrong_fix=(
            """
                with $db.cursor() as $cur:
                    $cur.execute("DELETE FROM <<sessions|tokens>> WHERE owner = '%s'" % ($in,))  #!
                $db.commit()
                $out = True
                """,
        ),
        imports=("import psycopg2",),
        given=(("db", 'psycopg2.connect("dbname=<<shop|crm|wiki>>")'),),
        frameworks=("psycopg",),
    ),
    Mechanism(
        id="psycopg3-format-insert",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $statement = "INSERT INTO <<comments|notes>> (body, state) VALUES ('{}', 'new')".format($in)
                $pool.execute($statement)  #!
                """,
        ),
        fixed=(
            """
                $statement = "INSERT INTO <<comments|notes>> (body, state) VALUES (%s, 'new')"
                $pool.execute($statement, [$in])
                """,
        ),
        decoy=(
            """
                $statement = "INSERT INTO {} (body, state) VALUES (%s, 'new')".format("<<comments|notes>>")
                $pool.execute($statement, [$in])
                """,
        ),
        wrong_fix=(
            r"""
                $statement = "INSERT INTO <<comments|notes>> (body, state) VALUES ('{}', 'new')".format($in.replace("'", "\\'"))
                $pool.execute($statement)  #!
                """,
        ),
        imports=("import psycopg",),
        given=(("pool", 'psycopg.connect("postgresql:///app")'),),
        frameworks=("psycopg",),
    ),
    Mechanism(
        id="psycopg-order-by",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cur = $db.cursor()
                $cur.execute("SELECT id, total FROM <<invoices|payments>> ORDER BY " + $in + " LIMIT 50")  #!
                $out = $cur.fetchall()
                """,
        ),
        fixed=(
            """
                $cur = $db.cursor()
                $cur.execute(sql.SQL("SELECT id, total FROM <<invoices|payments>> ORDER BY {} LIMIT 50").format(sql.Identifier($in)))
                $out = $cur.fetchall()
                """,
        ),
        decoy=(
            """
                $cur = $db.cursor()
                $order = "total DESC" if $in == "total" else "id"
                $cur.execute("SELECT id, total FROM <<invoices|payments>> ORDER BY " + $order + " LIMIT 50")
                $out = $cur.fetchall()
                """,
        ),
        wrong_fix=(
            """
                $cur = $db.cursor()
                $order = $in.lower().replace("drop", "")
                $cur.execute("SELECT id, total FROM <<invoices|payments>> ORDER BY " + $order + " LIMIT 50")  #!
                $out = $cur.fetchall()
                """,
        ),
        imports=(
            "import psycopg2",
            "from psycopg2 import sql",
        ),
        given=(("db", 'psycopg2.connect(host="<<db|postgres>>", dbname="reports")'),),
        frameworks=("psycopg",),
    ),
    Mechanism(
        id="mysql-fstring-update",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cur = $link.cursor(dictionary=True)
                $cur.execute(f"UPDATE <<profiles|members>> SET city = '{$in}' WHERE active = 1")  #!
                $link.commit()
                """,
        ),
        fixed=(
            """
                $cur = $link.cursor(dictionary=True)
                $cur.execute("UPDATE <<profiles|members>> SET city = %s WHERE active = 1", ($in,))
                $link.commit()
                """,
        ),
        wrong_fix=(
            """
                $cur = $link.cursor(dictionary=True)
                $city = $in.title()
                $cur.execute(f"UPDATE <<profiles|members>> SET city = '{$city}' WHERE active = 1")  #!
                $link.commit()
                """,
        ),
        imports=("import mysql.connector",),
        given=(("link", 'mysql.connector.connect(user="app", database="<<shop|forum>>")'),),
        frameworks=("mysql",),
    ),
    Mechanism(
        id="pymysql-percent-number",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $cur = $db.cursor()
                $cur.execute("SELECT name, qty FROM <<items|parts>> WHERE bin_id = %s" % $in)  #!
                $out = $cur.fetchall()
                """,
        ),
        fixed=(
            """
                $cur = $db.cursor()
                $cur.execute("SELECT name, qty FROM <<items|parts>> WHERE bin_id = %s", $in)
                $out = $cur.fetchall()
                """,
        ),
        decoy=(
            """
                $cur = $db.cursor()
                $cur.execute("SELECT name, qty FROM <<items|parts>> WHERE bin_id = %d" % int($in))
                $out = $cur.fetchall()
                """,
        ),
        wrong_fix=(
            """
                $cur = $db.cursor()
                $cur.execute("SELECT name, qty FROM <<items|parts>> WHERE bin_id = %s" % str($in))  #!
                $out = $cur.fetchall()
                """,
        ),
        imports=("import pymysql",),
        given=(("db", 'pymysql.connect(host="localhost", user="app", db="<<stock|metrics>>")'),),
        frameworks=("mysql",),
    ),
    Mechanism(
        id="sqlalchemy-text-fstring",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                with $engine.connect() as $conn:
                    $rows = $conn.execute(text(f"SELECT * FROM <<accounts|customers>> WHERE email = '{$in}'"))  #!
                    $out = [dict($row._mapping) for $row in $rows]
                """,
        ),
        fixed=(
            """
                with $engine.connect() as $conn:
                    $rows = $conn.execute(text("SELECT * FROM <<accounts|customers>> WHERE email = :email"), {"email": $in})
                    $out = [dict($row._mapping) for $row in $rows]
                """,
        ),
        decoy=(
            """
                with $engine.connect() as $conn:
                    $table = "<<accounts|customers>>"
                    $rows = $conn.execute(text(f"SELECT * FROM {$table} WHERE email = :email"), {"email": $in})
                    $out = [dict($row._mapping) for $row in $rows]
                """,
        ),
        wrong_fix=(
            """
                with $engine.connect() as $conn:
                    $email = $in.strip().lower()
                    $rows = $conn.execute(text("SELECT * FROM <<accounts|customers>> WHERE email = '" + $email + "'"))  #!
                    $out = [dict($row._mapping) for $row in $rows]
                """,
        ),
        imports=("from sqlalchemy import create_engine, text",),
        given=(("engine", 'create_engine("postgresql:///<<app|warehouse>>")'),),
        frameworks=("sqlalchemy",),
    ),
    Mechanism(
        id="sqlalchemy-session-filter-text",
        cwe="CWE-89",
        kind=Kind.FLOW,
        vulnerable=(
            """
                $query = session.query(Order).filter(text("status = '%s'" % $in))  #!
                $out = $query.<<all|first|count>>()
                """,
        ),
        fixed=(
            """
                $query = session.query(Order).filter(Order.status == $in)
                $out = $query.<<all|first|count>>()
                """,
        ),
        decoy=(
            """
                $query = session.query(Order).filter(text("status = :status")).params(status=$in)
                $out = $query.<<all|first|count>>()
                """,
        ),
        wrong_fix=(
            """
                $query = session.query(Order).filter(text("status = '%s' AND deleted = false" % $in[:40]))  #!
                $out = $query.<<all|first|count>>()
                """,
        ),
        imports=(
            "from sqlalchemy import text",
            "from app.models import Order",
            "from app.database import session",
        ),
        frameworks=("sqlalchemy",),
    ),
)
