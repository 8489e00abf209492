"""Grade answers to *Deep Learning from Scratch*: scored, explained, and run where no answer key is."""

from __future__ import annotations

__version__ = "0.1.0"


def check(*names: str, verbose: bool = False) -> None:
    """In a notebook: check the exercises of these names, or all of them, and show the report.

    Args:
        names: of exercises; none for all.
        verbose: show the checks that passed as well.

    Raises:
        UsageError: no notebook is running.
    """
    from grader.live import check

    check(*names, verbose=verbose)


def load_ipython_extension(shell: object) -> None:
    """Give a notebook the command ``%grade``; ``%load_ext grader`` calls this."""
    from grader.live import load_ipython_extension

    load_ipython_extension(shell)
