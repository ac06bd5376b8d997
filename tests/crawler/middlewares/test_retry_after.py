from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.middlewares.retry import retry_after

NOW = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b" 0 ", 0.0),
        (b"Sun, 01 Mar 2026 08:31:30 GMT", 90.0),
        (b"Sun, 01 Mar 2026 08:00:00 GMT", 0.0),
        (b"Sun, 01 Mar 2026 09:31:30 +0100", 90.0),
        (b"-5", None),
        (b"soon", None),
        (b"99999999999999999999", None),
        (b"Sun, 01 Mar 99999999999999999999 08:31:30 GMT", None),
        (b"", None),
        (None, None),
    ],
)
def test_seconds_or_a_date(value: bytes | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.binary(max_size=60))
def test_no_header_is_too_strange(value: bytes) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0
