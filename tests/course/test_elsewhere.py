"""Which paths the course takes for another volume of the book."""

import re

import pytest

from grader.authoring.course import load_course

ELSEWHERE = re.compile(load_course().elsewhere)


@pytest.mark.parametrize(
    "path",
    ["Book2/ch01.ipynb", "book_3/steps/step22.py", "Deep learning from scratch 3/x.ipynb", "dlfs2/a.py", "第2巻/a.py",
     "4권/x.py", "밑시딥2/a.py", "zero2/a.py", "dezero/core.py", "src/vol.2/a.py"],
)  # fmt: skip
def test_another_volume_is_known_by_its_name(path):
    assert ELSEWHERE.search(path)


@pytest.mark.parametrize(
    "path",
    ["DLfS5.7.2.py", "book_1/ch04/a.py", "scratch4.py", "ch05/a.py", "밑시딥1_4장.ipynb", "notebook 2.ipynb",
     "notebooks3/a.py", "Notebook_4/ch04.py", "4장.ipynb", "chapter 5/net.py", "deep-learning-from-scratch/ch05/a.py"],
)  # fmt: skip
def test_a_chapter_or_a_second_notebook_is_no_other_volume(path):
    assert not ELSEWHERE.search(path)
