"""What holds for every test, also in the processes that tests start."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A person's terminal, or the place where tests run side by side, has another width.
os.environ["COLUMNS"] = "100"
# Tests start a hundred processes: they need not compile everything a hundred times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A machine that is busy proves nothing.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
