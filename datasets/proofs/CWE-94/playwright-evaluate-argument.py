"""A seller's remark becomes script in the signed-in page of the back office."""

import re
import sys
import types

STRING = re.compile(r"'((?:\\.|[^'\\])*)'")
TEXT = re.compile(
    rf"querySelector\({STRING.pattern}\)\.textContent = (?:{STRING.pattern}|texts\.(\w+))"
)


class Page:
    """A page of a browser: tells string literals from code as JavaScript does."""

    def __init__(self):
        self.shown = {}
        self.code = ""

    def wait_for_selector(self, selector):
        """Have every element at once."""

    def evaluate(self, script, texts=None):
        """Set the texts, and keep what of the script is code."""
        for selector, literal, name in TEXT.findall(script):
            self.shown[selector] = texts[name] if name else re.sub(r"\\(.)", r"\1", literal)
        self.code += STRING.sub("''", script)


def prepare(folder):
    """Stand in for the queue and for the start of the browser, which are not used."""
    celery, browser = types.ModuleType("celery"), types.ModuleType("playwright.sync_api")
    celery.shared_task = lambda **options: lambda task: task
    browser.sync_playwright = None
    sys.modules |= {"celery": celery, "playwright.sync_api": browser}
    sys.modules["playwright"] = types.ModuleType("playwright")


def works(program, folder):
    """Both texts stand on the flyer."""
    page = Page()
    program.fill(page, "Cottage by the mill", "It's quiet")
    assert page.shown == {"#headline": "Cottage by the mill", "#remark": "It's quiet"}


def holds(program, folder):
    """No part of a remark is code."""
    page = Page()
    program.fill(page, "Cottage", "quiet\\';fetch(`/sellers/8`);//")
    assert "sellers" not in page.code, "the remark is script of the page"
