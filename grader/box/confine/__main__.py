"""Try a level: ``python -I -S __main__.py LEVEL POLICY``. ``trial`` starts it, in a process of its own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.box.confine import ConfineError, Level, Policy, confine, trial
else:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from confine import ConfineError, Level, Policy, confine, trial

    del sys.path[0]


if __name__ == "__main__":
    try:
        print(*confine(Level(sys.argv[1]), Policy(**json.loads(sys.argv[2]))))
    except ConfineError as error:
        print(error, file=sys.stderr)
        sys.exit(trial.NEVER if error.lasting else 1)
