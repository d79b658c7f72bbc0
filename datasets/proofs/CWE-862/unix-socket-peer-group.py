"""Any account of the workstation drops the job of a colleague."""

import grp
import socket
import sys
import threading
import types
from types import SimpleNamespace


class Queue:
    """A queue with two jobs."""

    def __init__(self):
        self.jobs = [4, 5]

    def waiting(self):
        """Give the jobs."""
        return [SimpleNamespace(number=number) for number in self.jobs]

    def drop(self, number):
        """Take a job off the queue."""
        self.jobs.remove(number)
        return True


def prepare(folder):
    """Stand in for the jobs and for the operators' group, of which bo is a member."""
    grp.getgrnam = {"renderops": SimpleNamespace(gr_mem=["bo"])}.get
    sys.modules |= {
        "renderq": types.ModuleType("renderq"),
        "renderq.jobs": SimpleNamespace(JobQueue=Queue),
    }


def send(program, folder, user, command):
    """Send a command over the socket as a user; give the answer and the jobs left."""
    program.peer_name = lambda connection: user
    path = str(folder / "control")
    with program.ControlServer(path, Queue()) as server, socket.socket(socket.AF_UNIX) as client:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        client.connect(path)
        client.sendall(f"{command}\n".encode())
        answer = client.makefile().readline().strip()
        server.shutdown()
    (folder / "control").unlink()
    return answer, server.queue.jobs


def works(program, folder):
    """Everybody lists the queue, an operator drops a job."""
    assert send(program, folder, "ada", "list") == ("4 5", [4, 5])
    assert send(program, folder, "bo", "drop 4") == ("ok", [5])


def holds(program, folder):
    """Another account drops nothing."""
    _, jobs = send(program, folder, "ada", "drop 4")
    assert jobs == [4, 5], "the job of a colleague was dropped"
