"""What holds for every test, also in the processes that tests start."""

from __future__ import annotations

import os

# A person's terminal, or the place where tests run side by side, has another width.
os.environ["COLUMNS"] = "100"
# Tests start a hundred processes: they need not compile everything a hundred times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
