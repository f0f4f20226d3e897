"""Says in one sentence what is missing before an environment can be made. Runs on any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    found = sys.version.split()[0]
    sys.exit("Penscript needs Python 3.11 or newer and this is " + found + ". Name another: make PYTHON=python3.12 ...")
try:
    import ensurepip  # noqa: F401
except ImportError:
    sys.exit("This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv")
