"""A symbolic link in the lender's branch brings a file of the build machine into the booklet."""

import os


def checkout(folder):
    """Lay out a checkout with one text."""
    root = folder / "checkout"
    root.mkdir()
    (root / "vase.txt").write_text("A vase.", "utf-8")
    entry = '[[label]]\nroom = 2\ntitle = "Vase"\ntext = "vase.txt"\n'
    (root / "labels.toml").write_text(entry, "utf-8")
    return root


def works(program, folder):
    """The text stands in the booklet."""
    root = os.path.realpath(checkout(folder))
    assert "<p>A vase.</p>" in program.page(program.read_labels(root))


def holds(program, folder):
    """The content of a file outside of the checkout does not."""
    root = checkout(folder)
    (folder / "token").write_text("of the build machine")
    (root / "vase.txt").unlink()
    (root / "vase.txt").symlink_to(folder / "token")
    booklet = ""
    try:
        booklet = program.page(program.read_labels(os.path.realpath(root)))
    except ValueError:
        pass
    assert "of the build machine" not in booklet, "the link was followed"
