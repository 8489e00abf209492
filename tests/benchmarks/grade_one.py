"""How long `grade solutions/` takes beside a bare script that does the same work without a grader.

    python tests/benchmarks/grade_one.py [ROUNDS]

The bare script imports the same solution, makes the calls of the checks on arrays of the same sizes, and runs
the same 600 iterations of training. Both run as processes of their own, in turns; medians and ratios are
printed, with the peak memory of the largest process of each.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOLUTIONS = ROOT / "solutions"

BARE = """
import sys
sys.path.insert(0, {solutions!r})
import numpy as np
from activations import softmax
from losses import cross_entropy_error, mean_squared_error
from gradients import gradient_descent, numerical_diff, numerical_gradient
from simple_net import SimpleNet
from two_layer_net import TwoLayerNet

rng = np.random.default_rng(0)
y = softmax(rng.normal(size=10)); t = np.eye(10)[2]
batch = softmax(rng.normal(size=(7, 10))); labels = rng.integers(0, 10, 7)
for _ in range(12):  # some 220 calls in all, and as many points asked for as the checks do
    mean_squared_error(y, t); softmax(batch); cross_entropy_error(y, t)
    cross_entropy_error(batch, labels); cross_entropy_error(batch, np.eye(10)[labels])
    numerical_diff(lambda x: 0.01 * x**2 + 0.1 * x, 5.0)
    numerical_gradient(lambda x: np.sum(x**2), rng.normal(size=(3, 4)))
    gradient_descent(lambda x: np.sum(x**2), np.array([-3.0, 4.0]), lr=0.1, step_num=4)
    net = SimpleNet(); net.gradient(np.array([0.6, 0.9]), np.array([0, 0, 1]))
    small = TwoLayerNet(4, 5, 3); x = rng.normal(size=(6, 4)); l = rng.integers(0, 3, 6)
    small.gradient(x, l); numerical_gradient(lambda W: small.loss(x, l), small.params["W1"])
gradient_descent(lambda x: np.sum(x**2), np.array([-3.0, 4.0]), lr=0.1, step_num=100)
gradient_descent(lambda x: np.sum(x**2), np.array([10.0]))
if {train}:
    images = np.load({images!r}, mmap_mode="r"); classes = np.load({classes!r}, mmap_mode="r")
    tests = np.load({tests!r}, mmap_mode="r"); truth = np.load({truth!r}, mmap_mode="r")
    net = TwoLayerNet(784, 50, 10)
    for i in range(600):
        pick = rng.integers(0, 60000, 100)
        x = images[pick].astype(np.float32) / 255; l = classes[pick]
        net.loss(x, l)
        gradient = net.gradient(x, l)
        for key in net.params:
            net.params[key] -= 0.1 * gradient[key]
    right = sum(int((net.predict(tests[i:i + 1000].astype(np.float32) / 255).argmax(1) == truth[i:i + 1000]).sum())
                for i in range(0, 10000, 1000))
    assert right > 8800, right
"""


def bare(train: bool) -> list[str]:
    """Return the command of the bare script."""
    from grader.datasets import mnist_files

    files = mnist_files()
    names = {"images": "x_train", "classes": "t_train", "tests": "x_test", "truth": "t_test"}
    text = BARE.format(solutions=str(SOLUTIONS), train=train, **{key: str(files[name]) for key, name in names.items()})
    return [sys.executable, "-c", text]


def graded(train: bool) -> list[str]:
    """Return the command of the grader, over every check, or over all but the training."""
    command = [sys.executable, "-m", "grader", str(SOLUTIONS), "--json", os.devnull]
    if train:
        return command
    from grader.authoring.course import load_course

    ids = [exercise.id for exercise in load_course().exercises if exercise.id != "training.mnist_accuracy"]
    return command + [part for name in ids for part in ("-k", name)]


def seconds(command: list[str]) -> float:
    """Run a command once; return how long it took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=tempfile.gettempdir(), capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return took


def peak_mb(command: list[str]) -> float:
    """Return the peak memory of the largest process that a command starts, in MiB."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script, *command], env=environment, capture_output=True, check=True)
    return int(done.stdout) / 1024


def main() -> None:
    """Print the table."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    commands = {(kind.__name__, train): kind(train) for train in (True, False) for kind in (bare, graded)}
    for command in commands.values():
        seconds(command)  # caches are warm for both
    times: dict[tuple[str, bool], list[float]] = {key: [] for key in commands}
    for _ in range(rounds):
        for key, command in commands.items():
            times[key].append(seconds(command))
    median = {key: statistics.median(values) for key, values in times.items()}
    print(f"medians of {rounds} runs in turns, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for train, bound in ((True, 1.4), (False, 4.0)):
        name = "with training   " if train else "without training"
        a, b = median["bare", train], median["graded", train]
        print(f"{name}  bare {a:.3f} s   grade {b:.3f} s   ratio {b / a:.2f} (at most {bound})")
    stubs = [sys.executable, "-m", "grader", str(ROOT / "assignments"), "--json", os.devnull]
    untouched = statistics.median(seconds(stubs) for _ in range(rounds))
    a = median["bare", False]
    print(f"untouched stubs   bare {a:.3f} s   grade {untouched:.3f} s   ratio {untouched / a:.2f} (at most 3.5)")
    peaks = [peak_mb(commands[name, True]) for name in ("bare", "graded")]
    print(f"peak memory       bare {peaks[0]:.0f} MiB   grade {peaks[1]:.0f} MiB (below 150)")
    help_times = [seconds([sys.executable, "-m", "grader", "--help"]) for _ in range(rounds)]
    nothing = [seconds([sys.executable, "-c", "pass"]) for _ in range(rounds)]
    extra = statistics.median(help_times) - statistics.median(nothing)
    print(f"grade --help      {1000 * extra:.0f} ms over bare Python (at most 30)")


if __name__ == "__main__":
    main()
