"""A skin brings a script along, which the web server would run."""

import zipfile


def skin(folder, *names):
    """Make a skin with these members."""
    path = folder / "skin.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "content")
    return path


def works(program, folder):
    """A skin of styles and pictures is installed."""
    program.DOCUMENT_ROOT = folder
    assert program.install("west", skin(folder, "skin.css", "pictures/logo.png")) == 2
    assert (folder / "west" / "skin" / "pictures" / "logo.png").exists()


def holds(program, folder):
    """Neither a script nor settings of the server are installed."""
    program.DOCUMENT_ROOT = folder
    for name in ("now.php", ".htaccess", "logo.php.png"):
        try:
            program.install("west", skin(folder, "skin.css", name))
        except program.BadSkin:
            pass
        assert not (folder / "west" / "skin" / name).exists(), f"{name} was installed"
