"""Runners are real processes; what they run here is small."""

import os
import signal
import time

import pytest

from grader.judging.ledger import Judged
from grader.judging.supervise import Supervisor
from grader.model import Finding, Place, Verdict

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork checks run in the grader's process")
OVERDUE = Finding("timeout")


def overdue(check):
    return Judged(check, Verdict.TIMEOUT, OVERDUE)


CHECKS = ["a", "b", "c"]


@pytest.fixture
def entered():
    return []


@pytest.fixture
def run(entered):
    def run(work, early_work=lambda report, checks: None, early=(), again=lambda: None, patience_s=60.0):
        supervisor = Supervisor(work, early_work, entered.append, lambda: None, again, overdue, patience_s)
        supervisor.run(CHECKS, early)
        return supervisor.last

    return run


def passes(report, checks):
    for check in checks:
        report.begins(check)
        report.judged(Judged(check, Verdict.PASSED))
    report.ends(by="all")


def verdicts(entered):
    return [(judged.check, judged.verdict) for judged in entered]


def test_what_became_of_each_check_is_entered_in_order(run, entered):
    last = run(passes)

    assert verdicts(entered) == [(check, Verdict.PASSED) for check in CHECKS]
    assert last == {"by": "all"}


def test_a_finding_arrives_as_it_was_sent(run, entered):
    place = Place("m.py", 3, "損失", 2, 1, "f")
    finding = Finding("raised", {"type": "E"}, "f(1)", ("1 ",), ("2 ",), "E: x", place, (place, place), "printed\ud800")
    sent = Judged("a", Verdict.RAISED, finding, 0.25, ("m.g",), {"loss": (2.5, float("inf"))})

    def work(report, checks):
        for check in checks:
            report.judged(sent if check == "a" else Judged(check, Verdict.PASSED))
        report.ends()

    run(work)

    assert entered[0] == sent


def test_a_runner_that_dies_costs_the_check_that_was_running(run, entered):
    ended = []

    def work(report, checks):
        for check in checks:
            report.begins(check)
            if check == "b":
                os._exit(1)
            report.judged(Judged(check, Verdict.PASSED))
        report.ends()

    run(work, again=lambda: ended.append("what it left"))

    assert verdicts(entered) == [("a", Verdict.PASSED), ("b", Verdict.BROKEN), ("c", Verdict.PASSED)]
    assert ended == ["what it left"]


def test_a_runner_that_always_dies_comes_to_an_end(run, entered):
    run(lambda report, checks: os._exit(1))

    assert [verdict for _, verdict in verdicts(entered)] == [Verdict.BROKEN] * 3


def test_a_runner_that_asks_for_another_in_its_place_costs_nothing(run, entered):
    ended = []

    def work(report, checks):
        report.begins(checks[0])
        report.judged(Judged(checks[0], Verdict.PASSED))
        if checks[1:]:
            report.begins(checks[1])
            report.again()
        else:
            report.ends(by="the last")

    last = run(work, again=lambda: ended.append("box"))

    assert verdicts(entered) == [(check, Verdict.PASSED) for check in CHECKS]
    assert last == {"by": "the last"}
    assert len(ended) == 2


def test_a_check_that_goes_on_when_its_time_is_over_is_ended(run, entered):
    def work(report, checks):
        for check in checks:
            report.begins(check)
            if check == "b":
                report.opens(0)
                sum(iter(int, 1))  # for ever
            report.judged(Judged(check, Verdict.PASSED))
        report.ends()

    run(work)

    assert verdicts(entered) == [("a", Verdict.PASSED), ("b", Verdict.TIMEOUT), ("c", Verdict.PASSED)]


def test_a_runner_that_says_nothing_is_a_fault_of_ours(run, entered):
    run(lambda report, checks: sum(iter(int, 1)), patience_s=0.2)

    assert [verdict for _, verdict in verdicts(entered)] == [Verdict.BROKEN] * 3


def test_what_is_too_long_for_a_report_arrives_shortened(run, entered):
    def work(report, checks):
        for check in checks:
            report.judged(Judged(check, Verdict.FAILED, Finding("differs", said="x" * (8 << 20))))
        report.ends()

    run(work)

    assert [judged.finding for judged in entered] == [Finding("differs")] * 3


def asks_for_c(report, checks):
    for check in checks:
        found = report.wants(check) if check == "c" else None
        report.judged(found or Judged(check, Verdict.FAILED))
    report.ends()


def test_the_result_of_an_early_check_is_had_for_the_asking(run, entered):
    def early(report, checks):
        report.judged(Judged("c", Verdict.PASSED))

    run(asks_for_c, early, ["c"])

    assert verdicts(entered)[2] == ("c", Verdict.PASSED)


@pytest.mark.parametrize(
    "early", [lambda report, checks: None, lambda report, checks: os._exit(1)], ids=["none", "dead"]
)
def test_a_check_without_an_early_result_is_run_by_whoever_asks(run, entered, early):
    run(asks_for_c, early, ["c"])

    assert verdicts(entered)[2] == ("c", Verdict.FAILED)


def test_an_early_runner_that_nobody_asks_does_not_outlive_the_others(run, entered, tmp_path):
    def early(report, checks):
        (tmp_path / "pid").write_text(str(os.getpid()))
        report.judged(Judged("c", Verdict.PASSED))
        os.read(os.pipe()[0], 1)  # for ever

    def work(report, checks):
        report.wants("c")
        passes(report, checks)

    run(work, early, ["c"])

    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


@pytest.mark.parametrize("verdict", [Verdict.FAILED, Verdict.RAISED, Verdict.KILLED, Verdict.TODO])
def test_an_early_check_that_did_not_pass_is_run_again_in_its_turn(run, entered, verdict):
    def early(report, checks):
        report.judged(Judged("c", verdict, Finding("beside")))

    run(asks_for_c, early, ["c"])

    assert entered[2] == Judged("c", Verdict.FAILED)


def test_what_a_runner_prints_by_any_way_is_not_shown(run, capfd):
    def work(report, checks):
        os.system("echo noise")
        os.write(2, b"noise")
        passes(report, checks)

    run(work)

    assert "noise" not in "".join(capfd.readouterr())


def test_a_runner_ends_though_what_it_started_does_not(run, entered):
    def work(report, checks):
        report.begins("a")
        if os.fork() == 0:
            time.sleep(20)  # it holds the line
            os._exit(0)
        os._exit(1)

    run(lambda report, checks: work(report, checks) if "a" in checks else passes(report, checks))

    assert verdicts(entered) == [("a", Verdict.BROKEN), ("b", Verdict.PASSED), ("c", Verdict.PASSED)]


def test_a_check_that_forks_is_told_of_once(run, entered):
    def work(report, checks):
        os.fork()
        passes(report, checks)

    run(work)

    assert verdicts(entered) == [(check, Verdict.PASSED) for check in CHECKS]


def test_a_caller_that_ignores_its_children_has_its_checks_run(run, entered):
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        run(passes)
    finally:
        signal.signal(signal.SIGCHLD, before)

    assert verdicts(entered) == [(check, Verdict.PASSED) for check in CHECKS]
