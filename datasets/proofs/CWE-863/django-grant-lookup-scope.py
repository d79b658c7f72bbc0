"""A dentist of one clinic reads the charts of another."""

import json
import sys
import types
from datetime import date
from types import SimpleNamespace

import django
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.test import RequestFactory


def prepare(folder):
    """Set Django up with a real database, and make the models of the clinics."""
    if "clinics.models" in sys.modules:
        return
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    apps = ["django.contrib.auth", "django.contrib.contenttypes"]
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=apps)
    django.setup()

    class Model(models.Model):
        class Meta:
            abstract = True
            app_label = "clinics"

    class Clinic(Model):
        name = models.CharField(max_length=40)

    class Chart(Model):
        clinic = models.ForeignKey(Clinic, models.CASCADE)

    class Grant(Model):
        user = models.ForeignKey("auth.User", models.CASCADE)
        clinic = models.ForeignKey(Clinic, models.CASCADE)
        role = models.CharField(max_length=20)
        ends = models.DateField()

    class Finding(Model):
        chart = models.ForeignKey(Chart, models.CASCADE, related_name="findings")
        author = models.ForeignKey("auth.User", models.CASCADE)
        tooth = models.CharField(max_length=2)
        text = models.TextField()
        created = models.DateTimeField(auto_now_add=True)

    user = django.apps.apps.get_model("auth", "User")
    with connection.schema_editor() as editor:
        for model in (user, Clinic, Chart, Grant, Finding):
            editor.create_model(model)
    module = SimpleNamespace(Chart=Chart, Clinic=Clinic, Grant=Grant, User=user)
    sys.modules |= {"clinics": types.ModuleType("clinics"), "clinics.models": module}


def answer(program, name, own):
    """Open a chart of the user's own clinic, or of another; give what is answered."""
    tables = sys.modules["clinics.models"]
    clinics = [tables.Clinic.objects.create(name=f"{name} {n}") for n in (1, 2)]
    user = tables.User.objects.create(username=name)
    tables.Grant.objects.create(user=user, clinic=clinics[0], role="dentist", ends=date(2099, 1, 1))
    chart = tables.Chart.objects.create(clinic=clinics[0 if own else 1])
    chart.findings.create(tooth="11", text="crown", author=user)
    request = RequestFactory().get("/")
    request.user = user
    try:
        return json.loads(program.findings(request, chart.pk).content)["findings"]
    except PermissionDenied:
        return None


def works(program, folder):
    """A chart of the own clinic is shown."""
    (finding,) = answer(program, "ada", own=True)
    assert finding["text"] == "crown"


def holds(program, folder):
    """A chart of another clinic is not."""
    assert answer(program, "bo", own=False) is None, "the chart of another clinic was shown"
