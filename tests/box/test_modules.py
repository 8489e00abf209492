"""A learner's files in the box: what they import from each other, and what stands in for what was not handed in."""

import unicodedata

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


@pytest.mark.parametrize("number", range(len(USED)))
def test_what_another_file_defines_can_be_imported_in_every_way(grade_files, number):
    (statement, paths), home = USED[number], ["ch04/mine.py", "ch04.ipynb"][number % 2]
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


WRAPPED = [  # a wrong definition that is not a plain function
    "import functools\n@functools.lru_cache\ndef double(x): return 3 * x", "double = lambda x: 3 * x",
    "class Triple:\n    def __call__(self, x): return 3 * x\ndouble = Triple()",
    "from deco import timer\n@timer\ndef double(x): return 3 * x",
    "if True:\n    def double(x): return 3 * x\n    from tools import double",
]  # fmt: skip
BELOW = [
    "from tools import *",
    "import tools\ndouble = getattr(tools, 'double')",
    "import tools\ndouble, z = tools.double, 1",
]  # fmt: skip


@pytest.mark.parametrize("wrong", WRAPPED)
@pytest.mark.parametrize("below", BELOW)
def test_a_definition_of_any_kind_stays_the_one_that_is_judged(grade_files, wrong, below):
    timer = "from functools import wraps\ndef timer(f):\n    @wraps(f)\n    def g(x): return f(x)\n    return g\n"
    files = {"mine.py": f"{wrong}\n{below}\n{REST}", "tools.py": DOUBLE, "deco.py": timer}

    assert first(grade_files(files)).verdict is Verdict.FAILED


STUBS = ["def double(x): raise NotImplementedError('double')\n", "def double(x): pass\n"]


@pytest.mark.parametrize("stub", STUBS)
@pytest.mark.parametrize("home", ["mine.py", "mine.ipynb"])
def test_a_stub_above_the_import_of_ones_own_answer_is_no_definition(grade_files, stub, home):
    text = f"{stub}from tools import double\n{QUADRUPLE}"

    report = grade_files({home: notebook_text(text) if home.endswith("ipynb") else text, "tools.py": DOUBLE + HALF})

    assert report.score.points == 5


def test_a_star_takes_along_what_a_file_has_and_nothing_of_ours(grade_files):
    files = {
        "ch04.py": "class double:\n    def __new__(cls, x): return 2 * x\n",
        "common.py": "k = 4\n",
        "ch05.py": "from ch04 import double\nfrom common import *\n"
        "def quadruple(x): return k * x if isinstance(double, type) else 0\n",
    }

    assert result_of(grade_files(files), "quadruple").complete


def test_only_names_of_the_course_are_kept_from_an_import(grade_files):
    text = "def copy(x): return x\nimport copy\ndef double(x): return copy.deepcopy(2) * x\n" + REST

    assert grade_files({"a.py": text}).score.points == 5


def test_a_variable_with_a_name_of_the_course_is_not_replaced_by_a_stand_in(grade_files):
    files = {
        "a.py": "def double(x): return 3 * x\n",
        "b.py": "class Double:\n    k = 4\ndef quadruple(x): return Double.k * x\n" + HALF,
    }

    assert result_of(grade_files(files), "quadruple").complete


def test_a_file_called_like_one_of_pythons_counts_for_those_beside_it(grade_files):
    files = {"ch01/random.py": "k = 2\n", "ch01/a.py": "from random import k\ndef double(x): return k * x\n",
             "a.py": "import random\ndef quadruple(x): return 4 * x + 0 * random.random()\n" + HALF}  # fmt: skip

    assert grade_files(files).score.points == 5


def test_a_folder_whose_name_is_written_in_other_letters_is_found(grade_files):
    files = {unicodedata.normalize("NFD", "공통") + "/tools.py": "k = 2\n",  # as macOS has it
             "a.py": "from 공통.tools import k\ndef double(x): return k * x\n" + REST}  # fmt: skip

    assert grade_files(files).score.points == 5


@pytest.mark.parametrize("number", range(len(REBINDING)))
def test_a_definition_is_judged_whatever_is_bound_to_its_name_below(grade_files, number):
    below, home = REBINDING[number], ["mine.py", "mine.ipynb", "arithmetic.py"][number % 3]
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
    assert f"{name}.add; answers may use NumPy only" in message(first(grade_files({"a.py": needed})).finding)


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
