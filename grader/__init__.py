"""Grade answers to *Deep Learning from Scratch*: scored, explained, and run where no answer key is."""

from __future__ import annotations

__version__ = "0.1.0"


def check(name: str = "") -> None:
    """In a notebook: check the exercise of this name, or all of them, and show the report.

    Raises:
        UsageError: no notebook is running.
    """
    from grader.live import check

    check(name)


def load_ipython_extension(shell: object) -> None:
    """Give a notebook the command ``%grade``; ``%load_ext grader`` calls this."""
    from grader.live import load_ipython_extension

    load_ipython_extension(shell)
