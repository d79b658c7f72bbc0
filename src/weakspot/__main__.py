"""Runs the command line as ``python -m weakspot``."""

import sys

# Python puts the current folder first, which is often the one to be scanned: what lies there must
# not be imported in place of the standard library.
if not sys.flags.safe_path and sys.path:
    sys.path.append(sys.path.pop(0))

from weakspot.cli.main import main

if __name__ == "__main__":
    main()
