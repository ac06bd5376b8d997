"""A page of HTML that needs nothing else: no script, no request. Pure."""

from __future__ import annotations

from html import escape


def page(title: str, *, style: str, body: str) -> str:
    """``title`` is text, ``body`` is markup."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
{body}</body>
</html>
"""
