"""An operator reads the files of another whose code begins like its own."""

import flask
import flask_login


class Operator(flask_login.UserMixin):
    """The operator north, who is always logged in."""

    id = "1"
    operator_code = "north"


def client(program, folder):
    """Serve the exchange to the operator north."""
    for code in ("north", "north-sea"):
        (folder / code).mkdir()
        (folder / code / "tariffs.csv").write_text(f"of {code}")
    app = flask.Flask("exchange")
    app.config.update(EXCHANGE=str(folder), SECRET_KEY="test")
    flask_login.LoginManager(app).request_loader(lambda request: Operator())
    app.register_blueprint(program.exchange)
    return app.test_client()


def works(program, folder):
    """An operator sees and downloads its own files."""
    north = client(program, folder)
    assert [row["file"] for row in north.get("/exchange/").json["files"]] == ["tariffs.csv"]
    assert north.get("/exchange/file?file=tariffs.csv").text == "of north"


def holds(program, folder):
    """The files of the neighbour stay unread."""
    answer = client(program, folder).get("/exchange/file?file=../north-sea/tariffs.csv")
    assert answer.status_code == 404, f"sent: {answer.text}"
