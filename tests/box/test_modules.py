"""A learner's files in the box: what they import from each other, and what stands in for what was not handed in."""

import pytest
from conftest import first, notebook_text, result_of

from grader.model import Verdict
from grader.report.wording import message, notice_sentence

HALF = "def half(x): return x / 2\n"
DOUBLE = "def double(x): return 2 * x\n"
WRONG = "def double(x): return 3 * x\n"
QUADRUPLE = "def quadruple(x): return double(double(x))\n"
REST = HALF + QUADRUPLE
USED = [  # ways to take ``two`` from another file, and files that have it
    ("from tools import two", ["tools.py"]),
    ("import tools\ntwo = tools.two", ["tools.py"]),
    ("from common.tools import two", ["common/tools.py"]),
    ("from common import tools\ndef two(): return tools.two()", ["common/__init__.py", "common/tools.py"]),
    ("import common.tools\ndef two(): return common.tools.two()", ["common/tools.py"]),
    ("import common.tools as t\ndef two(): return t.two()", ["common/tools.py"]),
    ("from common.tools import *", ["common/tools.py"]),
    ("from .tools import two", ["tools.py"]),
    ("from . import tools\ndef two(): return tools.two()", ["tools.py"]),
    ("from ..elsewhere.tools import two", ["elsewhere/tools.py"]),
    ("import sys, os\nsys.path.append(os.pardir)\nfrom tools import two", ["deep/down/tools.py"]),
    ("import sys\nsys.path.append('C:\\\\Users\\\\me')\nfrom tools import two", ["src/tools.py"]),
    ("try:\n    from tools import two\nexcept ImportError:\n    pass", ["tools.py"]),
    ("def two():\n    from tools import two\n    return two()", ["tools.py"]),
]


@pytest.mark.parametrize(("statement", "paths"), USED)
@pytest.mark.parametrize("home", ["ch04/mine.py", "ch04.ipynb"])
def test_what_another_file_defines_can_be_imported_in_every_way(grade_files, statement, paths, home):
    text = f"{statement}\ndef double(x): return two() * x\n{REST}"
    tools = {path: "" if "__init__" in path else "def two(): return 2\n" for path in paths}

    report = grade_files({home: notebook_text(text) if home.endswith("ipynb") else text, **tools})

    assert report.score.points == 5, report.notices


def test_files_of_one_name_in_two_folders_do_not_meet(grade_files):
    files = {
        "a/tools.py": "k = 2\n", "b/tools.py": "k = 4\n",
        "a/mine.py": "from tools import k\ndef double(x): return k * x\n",
        "b/mine.py": "from tools import k\ndef quadruple(x): return k * x\n",
    }  # fmt: skip

    assert grade_files(files).score.points == 5


def test_a_circle_of_imports_is_one_that_python_can_load_too(grade_files):
    one = "import two\ndef double(x): return two.times(x, 2)\n"
    other = "import one\ndef times(x, k): return k * x\ndef quadruple(x): return one.double(one.double(x))\n"

    assert grade_files({"one.py": one, "two.py": other}).score.points == 5


REBINDING = [
    "from tools import double", "from tools import *", "import tools\ndouble = tools.double",
    "try:\n    from tools import double\nexcept ImportError:\n    pass",
    "import tools\nexec('from tools import double')",
    "for _ in range(1):\n    from tools import double", "from tools import double as other\ndouble = other",
    "import tools\nglobals().update(vars(tools))", "import tools\nglobals()['double'] = tools.double",
]  # fmt: skip


@pytest.mark.parametrize("below", REBINDING)
@pytest.mark.parametrize("home", ["mine.py", "mine.ipynb", "arithmetic.py"])
def test_a_definition_is_judged_whatever_is_bound_to_its_name_below(grade_files, below, home):
    text = f"{WRONG}{below}\n{REST}"

    report = grade_files({home: notebook_text(text) if home.endswith("ipynb") else text, "tools.py": DOUBLE})

    assert first(report).verdict is Verdict.FAILED


def test_what_was_not_handed_in_is_taken_from_the_learners_own_definitions(grade_files):
    lone = notebook_text(DOUBLE, "from common.functions import double\n" + REST)

    report = grade_files({"a.ipynb": lone})

    assert report.score.points == 5
    assert "Not handed in, or not NumPy: common.functions;" in "\n".join(map(notice_sentence, report.notices))


def test_what_nobody_handed_in_is_taken_from_the_course_for_what_builds_on_it(grade_files):
    report = grade_files({"a.py": "from common.functions import *\ndef quadruple(x): return double(double(x))\n"})

    assert first(report).verdict is Verdict.TODO
    assert result_of(report, "quadruple").complete
    assert result_of(report, "quadruple").stood_in


@pytest.mark.parametrize("name", ["keras", "torch.nn", "sklearn.metrics", "pandas", "tensorflow", "cupy"])
def test_another_library_may_be_imported_and_not_be_needed(grade_files, name):
    harmless = f"import {name}\nclass Net({name}.Module): pass\nmodel = {name}.load('x')\n" + DOUBLE + REST
    needed = f"import {name} as lib\ndef double(x): return lib.add(x, x)\n"

    assert grade_files({"a.py": harmless}).score.points == 5
    assert f"{name}.add is not here: answers may use NumPy only" in message(
        first(grade_files({"a.py": needed})).finding
    )


def test_a_dataclass_and_a_cached_function_work_as_anywhere(grade_files):
    text = """
from dataclasses import dataclass
from functools import lru_cache, partial

@dataclass
class Factor:
    k: int = 2

@lru_cache
def factor(): return Factor().k

def times(k, x): return k * x

double = partial(times, factor())
"""
    assert grade_files({"ch01/a.py": text + REST}).score.points == 5
