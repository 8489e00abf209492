"""What each level of the sandbox adds to starting a box, beside no isolation, in one run.

    python tests/benchmarks/layers.py [ROUNDS]

Starts a box, loads a small submission, makes one call and ends the box, at each level that this machine has;
medians are printed.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from grader.box import confine
from grader.box.client import Box
from grader.box.process import Process
from grader.model import Answer, Limits, Module, Submission, Unit

MODULE = Module("m.py", (Unit("<submission>/m.py", "def f(x): return x\n"),))
SUBMISSION = Submission("m", Path(), {"m.py": MODULE}, {"m.f": Answer("m.py", "f")}, digest="")


def seconds(level: confine.Level) -> float:
    """Return how long one box takes from start to end."""
    start = time.perf_counter()
    with (
        Box(Process(level, Limits()), [level], SUBMISSION, {"m": ["f"]}) as box,
        box.conversation() as conversation,
    ):
        conversation.call("m.f", (1,), {})
    return time.perf_counter() - start


def main() -> None:
    """Print a line for each level."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    levels = [level for level in reversed(confine.Level) if confine.available(level) is None]
    times: dict[confine.Level, list[float]] = {level: [] for level in levels}
    for _ in range(rounds):
        for level in levels:
            times[level].append(seconds(level))
    least = statistics.median(times[confine.Level.LIMITS])
    print(f"medians of {rounds} boxes in turns: start, load, one call, end")
    for level in levels:
        median = statistics.median(times[level])
        print(f"{level:8} {1000 * median:6.1f} ms   {1000 * (median - least):+5.1f} ms beside limits")


if __name__ == "__main__":
    main()
