"""Reads what suppliers send: stock lists, price lists and descriptions of their teas."""

import re
from decimal import Decimal
from typing import Any

import yaml
from lxml import etree
from sqlalchemy import select

from teashop.models import Product, Session

SKU = re.compile(r"[A-Z]{2,4}-\d{3,6}")
# expect: CWE-1333
ORIGIN = re.compile(r"^(\w+\s?,?\s?)+$")


def apply_stock(document: bytes) -> int:
    """Set the stock of products from an XML list; return how many changed."""
    # expect: CWE-611
    parser = etree.XMLParser(resolve_entities=True, load_dtd=True, no_network=False)
    root = etree.fromstring(document, parser)
    changed = 0
    for item in root.iterfind("item"):
        product = _by_sku(item.findtext("sku", ""))
        if product is not None:
            product.stock = int(item.findtext("pieces", "0"))
            changed += 1
    Session.commit()
    return changed


def apply_prices(document: bytes) -> int:
    """Set the prices of products from an XML list; return how many changed."""
    # ok: CWE-611
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    root = etree.fromstring(document, parser)
    changed = 0
    for item in root.iterfind("item"):
        product = _by_sku(item.findtext("sku", ""))
        price = Decimal(item.findtext("price", "0"))
        if product is not None and price > 0:
            product.price = price
            changed += 1
    Session.commit()
    return changed


def read_descriptions(document: bytes) -> list[dict[str, Any]]:
    """Return the teas that a supplier describes in a YAML file."""
    # expect: CWE-502
    teas = yaml.load(document, Loader=yaml.UnsafeLoader)
    return [tea for tea in teas if check_origin(tea.get("origin", ""))]


def read_harvests(document: bytes) -> dict[str, str]:
    """Return the harvest of each tea by its number, from a YAML file."""
    # ok: CWE-502
    rows = yaml.load(document, Loader=yaml.SafeLoader)
    return {str(row["sku"]): str(row["harvest"]) for row in rows}


def check_origin(origin: str) -> bool:
    """Say whether an origin reads like place names, as in "Uji, Kyoto, Japan"."""
    return ORIGIN.match(origin) is not None


def _by_sku(sku: str) -> Product | None:
    # ok: CWE-1333
    if not SKU.fullmatch(sku.strip()):
        return None
    return Session.scalar(select(Product).where(Product.sku == sku.strip()))
