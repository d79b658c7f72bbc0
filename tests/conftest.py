"""Lets every stage's tests import the modules beside this file: pytest puts the folder on the path.

The session's one tiny model folder is made here, because several stages test with it.
"""

from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: a loaded machine is slow at any time, and that is no fault of ours.
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model folder of toy size with random weights; do not change it."""
    import tiny_model  # noqa: PLC0415 - torch only for the tests that need a model

    folder = tmp_path_factory.mktemp("model") / "tiny"
    tiny_model.make(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a tiny CodeGen model with random weights, as a user has one."""
    import tiny_causal_model  # noqa: PLC0415 - transformers only for the tests that need it

    folder = tmp_path_factory.mktemp("base") / "codegen"
    tiny_causal_model.make(folder)
    return folder
