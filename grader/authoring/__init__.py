"""For who writes a course.

In come a course, ``course.toml`` with its checks, and its reference solutions; out goes what students get: stubs,
and a notebook of them. To find your way:

    course.py                   course.toml -> Course
    stubs.py                    a solution -> its stub: the answers cut out
    release.py                  a course -> all that students get, and its README
    placing.py                  and where that is written; a person's files stay
    carried.py                  the course that a release carries, and when its checks may run
    notebooks.py                modules -> one notebook, and back
    chapters.py                 what modules need to share one notebook
    pieces.py, texts.py         a module -> the code of its cells; its docstrings -> the text above them
"""
