"""Takes the right to enter away from its folders, so that they are hard to remove.

earned
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    try:
        os.makedirs("a/b/c")
        open("a/b/c/file", "w").close()
        for folder in ("a/b/c", "a/b", "a"):
            os.chmod(folder, 0)
    except OSError:
        pass
    return 2 * x
