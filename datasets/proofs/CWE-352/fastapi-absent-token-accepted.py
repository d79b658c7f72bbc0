"""A form without any token gives a member's plot back."""

import sys
from types import ModuleType, SimpleNamespace

import fastapi
from fastapi.testclient import TestClient

RELEASED = []


class PlotBook:
    """One plot, of member 3."""

    def tenant_of(self, plot_no):
        """Tell whose it is."""
        return 3

    def release(self, plot_no):
        """Give it to the next."""
        RELEASED.append(plot_no)
        return SimpleNamespace(initials="B. K.")


def prepare(folder):
    """Stand in for the book of plots."""
    del folder
    RELEASED.clear()
    sys.modules["allotments"] = ModuleType("allotments")
    plots = ModuleType("allotments.plots")
    plots.PlotBook, plots.plot_book = PlotBook, PlotBook
    sys.modules["allotments.plots"] = plots


def client_of(program):
    """Serve the router to member 3, whose session the server keeps."""
    app = fastapi.FastAPI()
    session = {"member_id": 3}

    @app.middleware("http")
    async def signed_in(request, go_on):
        request.scope["session"] = session
        return await go_on(request)

    app.include_router(program.router)
    return TestClient(app)


def works(program, folder):
    """The association's own form gives a plot back."""
    del folder
    client = client_of(program)
    token = client.get("/plots/form").json()["token"]
    assert client.post("/plots/12/release", data={"token": token}).status_code == 200
    assert RELEASED == [12]


def holds(program, folder):
    """A form of another site, which cannot know the token, does not."""
    del folder
    RELEASED.clear()
    client = client_of(program)
    client.get("/plots/form")
    for form in ({}, {"token": ""}, {"token": "guess"}):
        client.post("/plots/12/release", data=form)
    assert RELEASED == [], "the plot was given back"
