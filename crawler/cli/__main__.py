"""``python -m crawler.cli``: the same as ``copydesk``, where that is not on the path."""

from crawler.cli import main

if __name__ == "__main__":  # worker processes import this module too
    main(prog_name="copydesk")
