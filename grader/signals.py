"""Signals that ask for an end: from the keyboard, from whoever started us, from a terminal that is closed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

STOP = frozenset(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def interrupt_once() -> None:
    """Have the first of these signals raise KeyboardInterrupt, and those after it do nothing: it is being tidied up.

    What is ignored already stays ignored: nohup and background jobs ask for that.
    """
    for number in STOP:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Raise KeyboardInterrupt, and let nothing disturb what follows from it."""
    for other in STOP:
        signal.signal(other, overhear)
    raise KeyboardInterrupt


def overhear(number: int, frame: FrameType | None) -> None:
    """Go on: the first of these signals is still being obeyed."""


def end_at_once() -> None:
    """Have each of these signals end the process, unless it is ignored: here is nothing to be tidied up."""
    for number in STOP:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def ending_at_once() -> Iterator[None]:
    """The same for as long as the block runs, where ``interrupt_once`` has been asked for."""
    ours = {number: signal.getsignal(number) for number in STOP if signal.getsignal(number) in (interrupt, overhear)}
    for number in ours:
        signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in ours.items():
            signal.signal(number, handler)


@contextmanager
def uninterrupted() -> Iterator[set[int]]:
    """Let these signals wait until the block ends; where the system cannot, they do not. Yields what waited before."""
    if not hasattr(signal, "pthread_sigmask"):
        yield set()
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
    try:
        yield {int(number) for number in before}
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
