"""Layouts of projects: which file a dotted name is, and what leads nowhere."""

import sys
import tracemalloc
from types import FrameType
from typing import Any

import pytest

from timing import check_takes
from weakspot.code.layout import Layout

# What is imported, by which file, and the file that it is; the words name the files of a project.
SRC = "src/pkg/__init__.py src/pkg/mod.py src/pkg/sub/deep.py src/single.py src/open/part.py"
LIB = "backend/pkg/__init__.py backend/pkg/mod.py backend/loose.py tests/test_a.py"
MONO = (
    "services/a/src/pkg/__init__.py services/a/src/pkg/mod.py services/a/src/only_a/__init__.py "
    "services/b/src/pkg/__init__.py services/b/src/pkg/mod.py services/b/src/pkg/more.py "
    "services/c/pkg/__init__.py services/c/pkg/mod.py"
)
NAMESPACE = (
    "dist/src/google/cloud/store/__init__.py dist/src/google/cloud/store/blob.py "
    "more/src/google/cloud/queue/__init__.py apps/corp/mail/__init__.py apps/corp/mail/send.py"
)
TESTS = (
    "app/main.py tests/redis/__init__.py tests/redis/client.py tests/unit/test_a.py "
    "examples/shop/web/__init__.py"
)
STANDARD = "src/json/__init__.py src/json/decoder.py src/email.py tests/test_a.py"
BOTH = "pkg/__init__.py pkg/mod.py src/pkg/__init__.py src/pkg/mod.py src/pkg/more.py"
STRAY = "__init__.py pkg/__init__.py pkg/mod.py tests/test_a.py"


@pytest.mark.parametrize(
    ("files", "importer", "module", "place"),
    [
        (SRC, "tests/test_a.py", "pkg", "src/pkg/__init__.py"),
        (SRC, "tests/test_a.py", "pkg.mod", "src/pkg/mod.py"),
        (SRC, "tests/test_a.py", "pkg.mod.function", None),
        (SRC, "tests/test_a.py", "pkg.sub.deep", "src/pkg/sub/deep.py"),
        (SRC, "tests/unit/test_a.py", "single", "src/single.py"),
        (SRC, "tests/test_a.py", "open.part", "src/open/part.py"),
        (SRC, "tests/test_a.py", "mod", None),
        (SRC, "tests/test_a.py", "deep", None),
        (SRC, "src/pkg/sub/deep.py", "pkg.mod", "src/pkg/mod.py"),
        (SRC, "src/pkg/sub/deep.py", "mod", None),
        (SRC, "src/pkg/mod.py", ".sub.deep", "src/pkg/sub/deep.py"),
        (SRC, "src/pkg/mod.py", "..single", "src/single.py"),
        # Above the top is nothing that is known.
        (SRC, "top.py", "..src.single", None),
        (LIB, "tests/test_a.py", "pkg.mod", "backend/pkg/mod.py"),
        # Only a folder that is called as roots are shows what is no package.
        (LIB, "tests/test_a.py", "loose", None),
        (LIB, "tests/test_a.py", "backend.loose", "backend/loose.py"),
        (MONO, "services/a/tests/test_a.py", "pkg.mod", "services/a/src/pkg/mod.py"),
        (MONO, "services/b/tests/test_a.py", "pkg.mod", "services/b/src/pkg/mod.py"),
        (MONO, "services/c/tests/test_a.py", "pkg.mod", "services/c/pkg/mod.py"),
        (MONO, "services/b/tests/test_a.py", "only_a", "services/a/src/only_a/__init__.py"),
        # Of two that are as near none counts, nor does another one in place of the nearest.
        (MONO, "services/d/main.py", "pkg.mod", None),
        (MONO, "main.py", "pkg.mod", None),
        (MONO, "services/a/tests/test_a.py", "pkg.more", None),
        (NAMESPACE, "tests/t.py", "google.cloud.store.blob", "dist/src/google/cloud/store/blob.py"),
        (NAMESPACE, "x.py", "google.cloud.queue", "more/src/google/cloud/queue/__init__.py"),
        (NAMESPACE, "tests/t.py", "store.blob", None),
        (NAMESPACE, "tests/t.py", "mail.send", "apps/corp/mail/send.py"),
        (NAMESPACE, "tests/t.py", "corp.mail.send", "apps/corp/mail/send.py"),
        (NAMESPACE, "tests/t.py", "other.mail.send", None),
        (TESTS, "app/main.py", "redis", None),
        (TESTS, "tests/unit/test_a.py", "redis.client", "tests/redis/client.py"),
        (TESTS, "app/main.py", "web", None),
        (TESTS, "examples/other/a.py", "web", "examples/shop/web/__init__.py"),
        (STANDARD, "tests/test_a.py", "json", None),
        (STANDARD, "tests/test_a.py", "json.decoder", None),
        (STANDARD, "tests/test_a.py", "email", None),
        # A script sees what stands beside it before anything else.
        (STANDARD, "src/main.py", "json.decoder", "src/json/decoder.py"),
        (BOTH, "tests/test_a.py", "pkg.mod", "pkg/mod.py"),
        (BOTH, "src/main.py", "pkg.mod", "src/pkg/mod.py"),
        (STRAY, "tests/test_a.py", "pkg.mod", None),
        (STRAY, "tests/test_a.py", "..pkg.mod", "pkg/mod.py"),
    ],
)
def test_names_lead_to_files(files: str, importer: str, module: str, place: str | None) -> None:
    names = files.split()
    assert Layout(names).find(module, importer) == place
    assert Layout([*reversed(names)]).find(module, importer) == place


INSIDE = "db/__init__.py db/query.py utils.py web/views.py"


@pytest.mark.parametrize(
    ("module", "place"),
    [
        ("shop.utils", "utils.py"),
        ("shop.db", "db/__init__.py"),
        ("shop.web.views", "web/views.py"),
        ("shop.other", None),
        ("utils", None),
        ("db", None),
        ("..utils", "utils.py"),
        ("...utils", None),
        ("....utils", None),
    ],
)
@pytest.mark.parametrize("init", ["", " __init__.py"])
def test_the_scanned_folder_may_be_a_package_itself(
    module: str, place: str | None, init: str
) -> None:
    assert Layout((INSIDE + init).split(), ("shop",)).find(module, "db/query.py") == place


@pytest.mark.parametrize(
    "module", ["corp.shop.utils", "corp.shop.db", "shop.utils", "..utils", "...shop.utils", "utils"]
)
def test_a_package_is_called_the_same_from_inside_and_from_outside(module: str) -> None:
    paths = ["__init__.py", "shop/__init__.py", *(f"shop/{path}" for path in INSIDE.split())]
    outside = Layout([f"corp/{path}" for path in paths])
    inside = Layout(INSIDE.split(), ("corp", "shop"))
    place = inside.find(module, "db/query.py")
    whole = None if place is None else f"corp/shop/{place}"
    assert outside.find(module, "corp/shop/db/query.py") == whole


def test_a_package_may_be_called_as_a_module_of_the_standard_library() -> None:
    layout = Layout({"__init__.py", "decoder.py", "scanner.py"}, ("json",))
    assert layout.find("json.scanner", "decoder.py") == "scanner.py"
    inner = Layout({"shop/__init__.py", "shop/json.py", "shop/db.py"})
    assert inner.find("json", "shop/db.py") is None
    assert inner.find("shop.json", "shop/db.py") == "shop/json.py"


def _calls(services: int) -> int:
    """Return how many calls it takes to find 20 imports of each of 10 files of some services."""
    folders = [f"services/s{at}" for at in range(services)]
    paths = [f"{folder}/src/app/m{at}.py" for folder in folders for at in range(9)]
    paths += [f"{folder}/src/app/__init__.py" for folder in folders]
    imports = [f"app.m{at}" for at in range(10)] + [f"other{at}.x" for at in range(5)]
    imports += ["os.path", "json", "re", f"services.s{services - 1}.src.app", ".m1"]
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        layout = Layout(paths)
        for folder in folders:
            for at in range(10):
                for module in imports:
                    layout.find(module, f"{folder}/tests/test_{at}.py")
    finally:
        sys.setprofile(None)
    return calls


def test_the_cost_is_linear_though_all_packages_have_one_name() -> None:
    assert _calls(40) < 2.2 * _calls(20)


def test_what_no_person_names_takes_no_time() -> None:
    deep = "/".join(["tests", "src", "a"] * 100)
    wide = [f"{deep}/b{at}/__init__.py" for at in range(20)]

    def work() -> None:
        layout = Layout(wide)
        for path in wide:
            layout.find(".".join(["a"] * 2000), path)

    check_takes(work, 50)


def test_folders_that_no_person_nests_take_no_memory() -> None:
    deep = "/".join("d" for _ in range(1_200))
    layout = Layout([f"{deep}/{at}/a.py" for at in range(40)])
    tracemalloc.start()
    for at in range(40):
        assert layout.find("a.b", f"{deep}/{at}/a.py") is None
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20e6  # the names of all folders above one are 1.5 MB
