"""Try a level: ``python -I -S __main__.py LEVEL SCRATCH``. ``available`` starts it, in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.box.confine import ConfineError, Level, confine, trial_policy
else:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from confine import ConfineError, Level, confine, trial_policy

    del sys.path[0]


if __name__ == "__main__":
    try:
        print(*confine(Level(sys.argv[1]), trial_policy(sys.argv[2])))
    except ConfineError as error:
        sys.exit(str(error))
