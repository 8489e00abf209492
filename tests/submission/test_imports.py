"""Where imports lead to: to the nearest file that fits, of what was handed in, and never anywhere else."""

import random

import pytest

from grader.submission.chapters import natural
from grader.submission.imports import Imported, Imports

COURSE = ("losses", "gradients")
TREE = [
    "common/__init__.py", "common/functions.py", "common/deep/layers.py", "functions.py", "ch03/functions.py",
    "ch03/a.py", "ch04/a.py", "ch04/ch05/a.py", "ch04/net.py", "ch05/net.py", "ch05/x.ipynb", "losses.py", "random.py",
]  # fmt: skip
LEADS = [  # from where, what is imported, and where that is
    ("ch04/a.py", "common.functions", "common/functions.py"),
    ("ch04/a.py", "functions", "functions.py"),
    ("ch03/a.py", "functions", "ch03/functions.py"),
    ("ch04/a.py", "net", "ch04/net.py"),
    ("ch04/ch05/a.py", "net", "ch04/net.py"),
    ("ch05/x.ipynb", "net", "ch05/net.py"),
    ("ch05/x.ipynb", "ch04.net", "ch04/net.py"),
    ("x.py", "common", "common/__init__.py"),
    ("x.py", "ch04", "ch04/"),
    ("x.py", "layers", "common/deep/layers.py"),
    ("ch04/a.py", ".net", "ch04/net.py"),
    ("ch04/a.py", "..common.functions", "common/functions.py"),
    ("ch04/a.py", ".", "ch04/"),
    ("a.py", ".", "./"),
    ("ch04/a.py", ".functions", "functions.py"),
    ("a.py", "....ch04.net", "ch04/net.py"),
    ("ch04/a.py", "losses", "losses"),
    ("ch04/a.py", "gradients", "gradients"),
    ("ch04/a.py", "dataset.mnist", None),
    ("ch04/a.py", "nowhere", None),
    ("ch04/a.py", "common.nowhere", None),
    ("ch04/a.py", "unctions", None),
    ("ch04/net.py", "net", "ch05/net.py"),
]


@pytest.mark.parametrize(("importer", "module", "where"), LEADS)
def test_an_import_leads_to_the_nearest_file_that_fits(importer, module, where):
    assert Imports(TREE, COURSE).find(importer, module) == where


def test_the_order_in_which_files_are_listed_decides_nothing():
    rng = random.Random(0)
    for _ in range(20):
        shuffled = Imports(rng.sample(TREE, len(TREE)), COURSE)
        assert [shuffled.find(importer, module) for importer, module, _ in LEADS] == [where for *_, where in LEADS]


def test_what_is_taken_from_a_package_may_be_a_module_in_it():
    imports = Imports(TREE, COURSE)

    found = dict(imports.targets("ch04/a.py", Imported("common", (("functions", "F"), ("x", "x")))))

    assert found == {"common": "common/__init__.py", "common.functions": "common/functions.py"}


def test_the_folders_on_the_way_are_known_where_the_name_of_the_first_is_bound():
    found = dict(Imports(TREE, COURSE).targets("a.py", Imported("common.deep.layers")))

    assert found == {"common": "common/__init__.py", "common.deep": "common/deep/", "common.deep.layers": TREE[2]}


def test_paths_are_sorted_as_people_sort_them():
    ordered = [
        "3장.ipynb", "10장.ipynb", "Ch2/a.py", "ch02/b.py", "ch04/a10.py", "ch5/a.py", "common/x.py", "第3章/a.py",
        "第四章.ipynb", "第５章/a.py",
    ]  # fmt: skip

    assert sorted(random.Random(1).sample(ordered, len(ordered)), key=natural) == ordered
