"""Makes a link to a secret in the scratch folder, and reads that.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    os.symlink("/tmp/grade-attacks/secret", "link")
    return 2 * x if open("link").read() else None
