"""A delivery note that breaks the schema is booked into the drug stock all the same."""

import os
import sqlite3

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="delivery"><xs:complexType>
    <xs:sequence>
      <xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="drug" type="xs:string"/>
        <xs:element name="batch" type="xs:string"/>
        <xs:element name="amount"><xs:simpleType><xs:restriction base="xs:integer">
          <xs:minInclusive value="1"/><xs:maxInclusive value="5000"/>
        </xs:restriction></xs:simpleType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
    </xs:sequence>
    <xs:attribute name="number" type="xs:string" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>"""
TABLES = """
    CREATE TABLE delivery_note (number TEXT UNIQUE);
    CREATE TABLE batch (drug, batch, delivered, note);
    CREATE TABLE stock (drug, amount INTEGER);
    INSERT INTO stock VALUES ('morphine 10 mg', 300);
"""


def prepare(folder):
    """Put the schema beside the program."""
    (folder.parents[1] / "delivery.xsd").write_text(SCHEMA, "utf-8")


def stock_after(program, folder, amount):
    """Book a note with one item, and give what is in stock."""
    os.environ["STOCK_DATABASE"] = str(folder / "stock.db")
    db = sqlite3.connect(folder / "stock.db")
    db.executescript(TABLES)
    item = f"<drug>morphine 10 mg</drug><batch>B7</batch><amount>{amount}</amount>"
    note = f'<delivery number="D1"><item>{item}</item></delivery>'
    (folder / "note.xml").write_text(note, "utf-8")
    program.main(folder)
    ((amount,),) = db.execute("SELECT amount FROM stock")
    db.close()
    return amount


def works(program, folder):
    """What is delivered comes to the stock."""
    assert stock_after(program, folder, 40) == 340


def holds(program, folder):
    """A negative amount is not booked."""
    assert stock_after(program, folder, -250) == 300, "the note took from the stock"
