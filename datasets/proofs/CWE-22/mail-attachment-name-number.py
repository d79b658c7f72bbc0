"""The name of an attachment makes the invoice land outside of the mail's folder."""

import email
import email.policy
from email.message import EmailMessage


def mail(*names):
    """Make a mail with invoices of these names, as it is read from the pipe."""
    message = EmailMessage()
    message["Subject"] = "Invoice"
    message.set_content("See attachment.")
    for name in names:
        message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename=name)
    return email.message_from_bytes(bytes(message), policy=email.policy.default)


def works(program, folder):
    """Both invoices are stored and keep the names they came with."""
    program.INVOICES = folder
    rows = program.store(mail("roof.pdf", "gutter.pdf"), 3)
    assert [given for _, given, _ in rows] == ["roof.pdf", "gutter.pdf"]
    for _, _, stored in rows:
        assert (folder / "00000003" / stored).read_bytes() == b"%PDF"


def holds(program, folder):
    """Neither parent folders nor an absolute name lead elsewhere."""
    program.INVOICES = folder / "invoices"
    program.INVOICES.mkdir()
    program.store(mail("....//....//planted", f"{folder}/planted-too"), 3)
    assert [path.name for path in folder.iterdir()] == ["invoices"], "written elsewhere"
