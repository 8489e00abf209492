"""Remove a folder that a learner's code has filled: however deep, however many files, whatever permissions it took.

Nothing outside is touched: no link is followed, each step goes by the descriptor of the folder that it is in. What
lies deep is lifted to the top, so that no path grows long and nothing here recurses.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections import deque
from pathlib import Path

BY_DESCRIPTOR = os.scandir in os.supports_fd and {os.open, os.unlink, os.rmdir, os.rename} <= os.supports_dir_fd


def remove_tree(folder: Path) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays, and is no error."""
    if not BY_DESCRIPTOR:
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        top = _open(str(folder))
        try:
            _empty(top)
        finally:
            os.close(top)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _empty(top: int) -> None:
    """Remove all that is in the folder with this descriptor."""
    waiting = deque(_remove_files(top))
    mark = secrets.token_hex(8)  # no name of the learner's
    lifted = 0
    while waiting:
        name = waiting.popleft()
        with contextlib.suppress(OSError):
            inner = _open(name, top)
            try:
                for deeper in _remove_files(inner):
                    lifted += 1
                    with contextlib.suppress(OSError):
                        _lift(deeper, inner, f"{mark}-{lifted}", top)
                        waiting.append(f"{mark}-{lifted}")
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=top)


def _remove_files(folder: int) -> list[str]:
    """Remove what is no folder, and return the names of the folders."""
    with os.scandir(folder) as entries:
        found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in found:
        if not is_folder:
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=folder)
    return [name for name, is_folder in found if is_folder]


def _lift(name: str, folder: int, new_name: str, top: int) -> None:
    try:
        os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=top)
    except PermissionError:
        os.close(_open(name, folder))  # what moves is written to
        os.rename(name, new_name, src_dir_fd=folder, dst_dir_fd=top)


def _open(name: str, within: int | None = None) -> int:
    """Open a folder, no link, and get the permission to change it."""
    flags = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    with contextlib.suppress(OSError):
        _permit(name, flags, within)
    return os.open(name, os.O_RDONLY | flags, dir_fd=within)


def _permit(name: str, flags: int, within: int | None) -> None:
    if not hasattr(os, "O_PATH"):
        os.chmod(name, 0o700, dir_fd=within, follow_symlinks=False)
        return
    fd = os.open(name, os.O_PATH | flags, dir_fd=within)  # needs no permission for the folder itself
    try:
        Path(f"/proc/self/fd/{fd}").chmod(0o700)
    finally:
        os.close(fd)
