"""A formula without builtins still reaches every class of the interpreter."""

import sys
import types


def prepare(folder):
    """Stand in for the login of the desk."""
    login = types.ModuleType("flask_login")
    login.current_user = types.SimpleNamespace(is_supplier=True, name="North")
    login.login_required = lambda view: view
    sys.modules["flask_login"] = login


def works(program, folder):
    """A plain formula gives its price."""
    assert program.price("kwh * 0.25 + days * 0.4", 1000.0, 365.0) == 396.0


def holds(program, folder):
    """A formula cannot reach outside of its numbers."""
    reached = folder / "reached"
    formula = (
        "[c for c in ().__class__.__base__.__subclasses__()"
        " if c.__name__ == '_wrap_close'][0].__init__.__globals__['system']"
        f"('touch {reached}') + 1"
    )
    try:
        program.price(formula, 1.0, 1.0)
    except (ValueError, TypeError, SyntaxError):
        pass
    assert not reached.exists(), "a formula ran a command"
