"""A baker opens the wage form and raises their own pay."""

import sys
import types
from types import SimpleNamespace

import django
from django import forms
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.test import RequestFactory
from django.urls import include, path


class User:
    """An account with permissions."""

    is_authenticated = is_active = True

    def __init__(self, *permissions):
        self.permissions = permissions

    def has_perms(self, wanted):
        """Tell whether the account holds all permissions."""
        return all(permission in self.permissions for permission in wanted)

    def get_username(self):
        """Give the name of the account."""
        return "baker"


def prepare(folder):
    """Set Django up with a real database, and stand in for models and form of the payroll."""
    if "payroll.models" in sys.modules:
        return
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(
        DATABASES={"default": database},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"],
        ROOT_URLCONF="payroll.urls",
        SECRET_KEY="of this run",
    )
    django.setup()

    class Wage(models.Model):
        employee = models.CharField(max_length=40)
        cents = models.IntegerField()

        class Meta:
            app_label = "payroll"

    class WageForm(forms.ModelForm):
        class Meta:
            model = Wage
            fields = ("cents",)

    with connection.schema_editor() as editor:
        editor.create_model(Wage)
    urls = types.ModuleType("payroll.urls")
    view = path("wages", lambda request: None, name="wages")
    urls.urlpatterns = [path("", include(([view], "payroll")))]
    sys.modules |= {
        "payroll": types.ModuleType("payroll"),
        "payroll.urls": urls,
        "payroll.forms": SimpleNamespace(WageForm=WageForm),
        "payroll.models": SimpleNamespace(Payslip=None, Wage=Wage),
    }


def wage_after(program, user):
    """Send the form for a wage of 1500 as a user; give the wage that is stored."""
    wage = program.Wage.objects.create(employee="Ada", cents=1500)
    request = RequestFactory().post("/wages/1", {"cents": "9900"})
    request.user = user
    request._messages = CookieStorage(request)
    try:
        program.ChangeWage.as_view()(request, pk=wage.pk)
    except PermissionDenied:
        pass
    wage.refresh_from_db()
    return wage.cents


def works(program, folder):
    """The office changes a wage."""
    assert wage_after(program, User("payroll.change_wage")) == 9900


def holds(program, folder):
    """A baker does not."""
    assert wage_after(program, User()) == 1500, "the wage was changed"
