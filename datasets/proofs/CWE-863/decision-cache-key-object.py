"""After one case of their own a clerk reads every other case."""

from types import SimpleNamespace


def read(program, folder, *cases):
    """Read cases as a clerk to whom case 10 belongs; give what was read."""
    for case in (10, 11):
        (folder / f"{case:08d}.pdf").write_bytes(b"%PDF-" + str(case).encode())
    policy = SimpleNamespace(evaluate=lambda clerk, action, case: case == 10)
    files = program.CaseFiles(folder, program.DecisionCache(policy))
    contents = []
    for case in cases:
        try:
            contents.append(files.read(3, case))
        except program.AccessDenied:
            contents.append(None)
    return contents


def works(program, folder):
    """The own case is read, also a second time; another case is not."""
    assert read(program, folder, 10, 10) == [b"%PDF-10", b"%PDF-10"]
    assert read(program, folder, 11) == [None]


def holds(program, folder):
    """Another case is not read after the own one either."""
    assert read(program, folder, 10, 11)[1] is None, "another case was read"
