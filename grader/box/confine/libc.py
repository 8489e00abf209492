"""Calls into the C library, and which layer it was that one of them failed for."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from .policy import LASTING, ConfineError

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 8, 24, 38


class Libc:
    """Calls into the C library; one that fails is an OSError."""

    def __init__(self) -> None:
        import ctypes

        self._ctypes, self._libc = ctypes, ctypes.CDLL(None, use_errno=True)

    def call(self, name: str, *args: int | bytes | None) -> int:
        """Call a function that returns -1 where it fails."""
        long = self._ctypes.c_long
        result = getattr(self._libc, name)(*(long(arg) if isinstance(arg, int) else arg for arg in args))
        if result == -1:
            number = self._ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return int(result)

    def prctl(self, option: int, value: int) -> None:
        """Change a property of this process; the kernel wants the unused arguments to be 0."""
        self.call("prctl", option, value, 0, 0, 0)


@contextlib.contextmanager
def layer(name: str, optional: bool = False) -> Iterator[None]:
    """Name the layer that cannot be had, or go without an optional one that this system never has."""
    try:
        yield
    except OSError as error:
        lasting = error.errno in LASTING
        if not (optional and lasting):
            raise ConfineError(f"{name}: {error.strerror}", lasting) from error
