"""An attachment that calls itself a picture is kept under the sender's extension."""

from email.message import EmailMessage


def mail(name, subtype="png"):
    """Write a mail with one picture."""
    message = EmailMessage()
    message.set_content("see photo")
    message.add_attachment(b"\x89PNG", maintype="image", subtype=subtype, filename=name)
    return message


def works(program, folder):
    """A photo is kept."""
    program.PHOTOS = folder
    (name,) = program.keep_photos(mail("dent.png"))
    assert (folder / name).read_bytes() == b"\x89PNG"
    assert name.endswith(".png")


def holds(program, folder):
    """What the web server would run or show as a page is not kept under such a name."""
    program.PHOTOS = folder
    for name, subtype in (("dent.php", "png"), ("dent.svg", "svg+xml"), ("dent.html", "jpeg")):
        kept = program.keep_photos(mail(name, subtype))
        assert not any(one.endswith((".php", ".svg", ".html")) for one in kept), f"{kept}"
