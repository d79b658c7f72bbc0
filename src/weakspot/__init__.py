"""weakspot finds CWE weaknesses in Python code with a small model on the user's own machine."""

import os

__version__ = "0.1.0"

# ONNX Runtime, as it comes from PyPI, notes on the disk what runs and sends it to its maker, unless
# it finds this when it is imported; the hub's client tells its requests more about us. Whoever
# imports any part of weakspot, workers too, passes here first.
for _name in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ[_name] = "1"
