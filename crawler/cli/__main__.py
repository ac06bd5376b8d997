"""``python -m crawler.cli``: the same as ``copydesk``, where that is not on the path."""

from crawler.cli import main

main(prog_name="copydesk")
