"""An entry of a delivery that is named by way of parent folders is written outside of it."""

import zipfile


def delivery(folder, *names):
    """Make a ZIP file with entries of these names."""
    path = folder / "delivery.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        for name in names:
            bundle.writestr(name, b"sound")
    return path


def works(program, folder):
    """Recordings are unpacked and counted."""
    path = delivery(folder, "monday/news.wav", "notes.txt")
    assert program.take_in(path, folder / "week" / "47") == 1
    assert (folder / "week" / "47" / "monday" / "news.wav").read_bytes() == b"sound"


def holds(program, folder):
    """Nothing is written beside the folder of the delivery."""
    path = delivery(folder, "news.wav", "../../planted.wav")
    try:
        program.take_in(path, folder / "week" / "47")
    except program.BadDelivery:
        pass
    assert not (folder / "planted.wav").exists(), "an entry left the folder"
