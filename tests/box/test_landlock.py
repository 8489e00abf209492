"""Landlock on kernels that are not what they say."""

from __future__ import annotations

import errno
import sys

import pytest

from grader.box.confine.landlock import create_ruleset

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")


def test_landlock_steps_back_to_what_the_kernel_really_knows():
    """RHEL 9 reports version 6 and refuses its fields."""

    class Libc:
        def call(self, name: str, number: int, attributes: bytes | None, size: int, flags: int) -> int:
            if flags:
                return 6
            if size == 24:
                raise OSError(errno.EINVAL, "what is that")
            return 42

    ruleset, handled, abi = create_ruleset(Libc())  # type: ignore[arg-type]

    assert (ruleset, handled, abi) == (42, (1 << 16) - 1, 5)
