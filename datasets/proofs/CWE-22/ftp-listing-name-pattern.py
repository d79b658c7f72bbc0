"""The listing of a grid operator's server makes the meter service overwrite its own files."""

READINGS = "0012345678_20261123.csv"


class Server:
    """The part of ftplib.FTP that is used, in front of a server that lists what it likes."""

    def __init__(self, *names):
        self.names = names

    def nlst(self):
        """List names as the server gives them."""
        return list(self.names)

    def voidcmd(self, command):
        """Take a command without an answer of its own."""

    def size(self, name):
        """Give the size of a file."""
        return len(b"from outside")

    def retrbinary(self, command, callback):
        """Send a file."""
        callback(b"from outside")


def works(program, folder):
    """Readings that are new are fetched once."""
    assert program.fetch(Server(READINGS), folder) == [READINGS]
    assert (folder / READINGS).read_bytes() == b"from outside"
    assert program.fetch(Server(READINGS), folder) == []


def holds(program, folder):
    """Files outside of the inbox keep their content."""
    inbox = folder / "inbox"
    inbox.mkdir()
    (folder / "tariffs.csv").write_text("own")
    program.fetch(Server(READINGS, str(folder / "tariffs.csv")), inbox)
    assert (folder / "tariffs.csv").read_text() == "own", "an absolute name was opened"
