"""What a page says: pure functions, usable without Scrapy."""

import os

# The classifier multiplies small matrices: a second thread costs more than it gives. Read when numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
