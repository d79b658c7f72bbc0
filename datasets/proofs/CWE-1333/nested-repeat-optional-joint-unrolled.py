"""A member's name for a plot keeps a worker of the site busy for seconds."""

import os
import sqlite3
import time

import flask
from flask_login import LoginManager, UserMixin


def prepare(folder):
    """Make the plots, one of member 7."""
    os.environ["PLOTS_DB"] = str(folder / "plots.db")
    with sqlite3.connect(folder / "plots.db") as db:
        db.execute("CREATE TABLE IF NOT EXISTS plot (id INTEGER, name TEXT, tenant_id INTEGER)")
        db.execute("INSERT INTO plot VALUES (4, '', 7)")


def renamed(program, name):
    """Rename the plot; return the status."""
    app = flask.Flask("society")
    app.config["SECRET_KEY"] = "of this proof"
    manager = LoginManager(app)

    @manager.request_loader
    def member(request):
        del request
        one = UserMixin()
        one.id = 7
        return one

    app.register_blueprint(program.plots)
    return app.test_client().put("/plots/4/name", json={"name": name}).status_code


def works(program, folder):
    """A name of words is kept, another is not."""
    del folder
    assert renamed(program, "Ada's North-West 3.") == 200
    assert renamed(program, "<b>") == 400


def holds(program, folder):
    """A name that is none is refused at once."""
    del folder
    began = time.process_time()
    assert renamed(program, "a" * 26 + "<") == 400
    assert time.process_time() - began < 0.7, "one name took long"
