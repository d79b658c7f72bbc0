"""A tenant is shown the statement that was made for the neighbour."""

import sys
import types
from types import SimpleNamespace

import django
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory


def prepare(folder):
    """Set Django up with a cache in memory, and stand in for the models."""
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"])
        django.setup()
    models = SimpleNamespace(Payment=None, Reading=None, Tenancy=None)
    sys.modules |= {"statements": types.ModuleType("statements"), "statements.models": models}


def shown(program, *tenants):
    """Open the statement of a year for one tenant after the other; give the names shown."""
    program.cache.clear()
    program.render = lambda request, template, values: HttpResponse(values["figures"]["name"])
    program.statement = lambda tenancy, year: {"name": tenancy.tenant_name}
    program.get_object_or_404 = lambda model, tenant, ended_on: tenant.tenancy
    names = []
    for number, name in enumerate(tenants, 1):
        request = RequestFactory().get("/statements/2025")
        tenancy = SimpleNamespace(
            pk=number, tenant_name=name, started_on=SimpleNamespace(year=2020)
        )
        request.user = SimpleNamespace(is_authenticated=True, tenancy=tenancy)
        names.append(program.yearly_statement(request, 2025).content.decode())
    return names


def works(program, folder):
    """A tenant sees the own statement."""
    assert shown(program, "Ada Plum") == ["Ada Plum"]


def holds(program, folder):
    """Also when a neighbour looked just before."""
    names = shown(program, "Ada Plum", "Bo Reed")
    assert names == ["Ada Plum", "Bo Reed"], "the neighbour's statement was shown"
