"""Run the checks that pytest has collected: in order, the slow ones beside them where there is a second processor.

Each check is run in a fork of this process, so that what it computes with a learner's values is computed elsewhere.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence

import pytest

from grader.box.line import Branch, processors, stay_on, this_processor
from grader.judging.bench import Bench, OutOfMemoryError
from grader.judging.ledger import Judged
from grader.judging.marks import is_slow
from grader.judging.sandbox import Sandbox
from grader.judging.supervise import MEMORY, Report, Supervisor, memory_taken
from grader.model import Check

PATIENCE_S, PATIENCE = 120.0, 20  # seconds, and times the limit for loading: a box may have to be started several times
Items = Mapping[str, pytest.Item]  # by pytest's node id


def run_checks(
    bench: Bench,
    items: Items,
    checks: Mapping[str, Check],
    enter: Callable[[Check, Judged], None],
    meanwhile: Callable[[], None],
) -> None:
    """Run all checks in processes of their own, and enter what becomes of them in the order of ``items``.

    Args:
        bench: the submission.
        items: what pytest runs.
        checks: and what that is to us.
        enter: takes what became of a check.
        meanwhile: called once while others are at work.
    """
    here, everywhere = this_processor(), set(processors())
    others = sorted(everywhere - {here})
    slow = [name for name, item in items.items() if is_slow(item)] if others else []
    branch = bench.box.branch() if slow and len(slow) < len(items) else None
    early = slow if branch else []
    bench.box.rest()

    def all_in_order(report: Report, names: Sequence[str]) -> None:
        if others and here is not None:
            stay_on([here])
            bench.box.stay_on([here] if early else others)  # training needs the other processor for itself
        in_order(report, bench, [items[name] for name in names], checks, early)

    def slow_ones(report: Report, names: Sequence[str]) -> None:
        assert branch is not None  # noqa: S101 - else there are none
        stay_on(others)
        beside(report, bench, [items[name] for name in names], branch)

    supervisor = Supervisor(
        all_in_order,
        slow_ones,
        enter=lambda judged: enter(checks[judged.check], judged),
        meanwhile=meanwhile,
        again=bench.box.end,
        overdue=lambda name: bench.overdue(checks[name], name),
        patience_s=PATIENCE_S + PATIENCE * bench.settings.limits.timeout_s,
    )
    supervisor.run(list(items), early)
    if supervisor.last is not None:
        bench.sandbox = Sandbox.of(supervisor.last)


def in_order(
    report: Report, bench: Bench, items: Sequence[pytest.Item], checks: Mapping[str, Check], early: Sequence[str]
) -> None:
    """Run checks one after the other; of the early ones ask what became of them, if nothing that matters failed."""

    def deliver(check: Check, judged: Judged) -> None:
        bench.ledger.enter(check, judged)
        report.judged(judged)

    bench.deliver, bench.opens, before = deliver, report.opens, bench.box.process
    began = memory_taken()
    for left, item, following in zip(reversed(range(len(items))), items, [*items[1:], None], strict=True):
        check, bench.box.more = checks[item.nodeid], left
        if item.nodeid in early and bench.nothing_failed_before(check) and (judged := report.wants(item.nodeid)):
            deliver(check, judged)
            continue
        if is_worn(began):
            report.again()
            return
        report.begins(item.nodeid)
        try:
            # Of a check that another runner began with it is not known yet whether it is run here.
            run(item, None if following and following.nodeid in early else following)
        except OutOfMemoryError:
            report.again()
            return
        bench.fresh = False
    last = bench.sandbox_now()
    if bench.box.process is not before:  # the one that was there before is not this process's to end
        bench.box.end()
    report.ends(**last.data())


def beside(report: Report, bench: Bench, items: Sequence[pytest.Item], branch: Branch) -> None:
    """Run slow checks beside the others, as if nothing failed, until one is disturbed; that one is not told of."""
    bench.box.take(branch)
    bench.deliver = lambda check, judged: None if bench.box.disturbed else report.judged(judged)
    bench.opens = report.opens
    for item in items:
        if not bench.box.disturbed:
            run(item, None)
    bench.box.end()


def is_worn(began: int) -> bool:
    """Whether checks have left so much behind in this process that another should go on."""
    if memory_taken() < began + MEMORY // 4:
        return False
    gc.collect()  # it rests otherwise: most checks leave next to nothing
    return memory_taken() > began + MEMORY // 2


def run(item: pytest.Item, following: pytest.Item | None) -> None:
    """Have pytest run one check."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
