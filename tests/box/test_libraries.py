"""Which shared libraries a program needs: found as the system's loader finds them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from confined import python_for_anyone

from grader.box.confine import libraries
from grader.box.confine.libraries import shared_libraries

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the loader is Linux's")

PYTHON = os.path.realpath(sys.executable)


def test_a_folder_that_cannot_be_looked_into_is_passed_over(monkeypatch):
    found = shared_libraries([PYTHON])
    monkeypatch.setattr(libraries, "DEFAULT", ("/" + "a" * 300, "/etc/passwd", *libraries.DEFAULT))

    assert shared_libraries([PYTHON]) == found


def test_a_folder_that_an_account_may_not_search_is_passed_over():
    python = python_for_anyone()
    if python is None or os.geteuid() != 0:
        pytest.skip("this needs root and an ordinary account's Python")
    folder = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    text = f"import libraries; libraries.DEFAULT = ({str(folder)!r},); print(libraries.shared_libraries([{python!r}]))"
    source = Path(libraries.__file__).read_text(encoding="utf-8")
    code = "import sys, types; libraries = sys.modules['libraries'] = types.ModuleType('libraries')\n"
    code += f"exec({source!r}, libraries.__dict__)\n{text}"

    done = subprocess.run([python, "-I", "-c", code], user=65534, group=65534, extra_groups=[], capture_output=True)

    folder.rmdir()
    assert done.returncode == 0, done.stderr
