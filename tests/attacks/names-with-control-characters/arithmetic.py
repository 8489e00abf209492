"""Has files whose names move the cursor.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    try:
        open("\x1b[2J\r\n\u202e.py", "w").close()
    except OSError:
        pass
    raise ValueError("\x1b[2J\x07\u202e")
