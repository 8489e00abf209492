"""SECURITY.md, sentence by sentence: what shows that it holds."""

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT

TESTS = Path(__file__).parent
ATTACKS = "test_attacks.py::test_attack"  # with the names of folders in tests/attacks, where a few say it all
WIRE, ENDS, BOUNDS = "box/test_wire.py", "test_ends.py", "judging/test_bounds.py"
ITSELF = "test_security.py::test_nothing_of_a_submission_is_executed_outside_of_the_box"
WORK = "course/test_checks_prove_themselves.py::test_what_does_not_do_the_work_earns_next_to_nothing"
FILES = "box/test_files.py::test_nothing_can_be_opened_but_what_python_and_numpy_need_nor_written_but_scratch"
LIMITS = "box/test_limits.py"
LEVEL, READING, LINKS = "box/test_level.py", "submission/test_bounds.py", "submission/test_links.py"

# A part of a sentence, and the tests that show it. An empty list: it only says what a word means, or where to look.
SHOWN = {
    "is never imported, executed or unpickled": [
        ITSELF,
        f"{ATTACKS}[walk-objects-for-expected-values]",
    ],
    "It runs in a box": ["test_grading.py::test_without_fork_each_try_of_a_check_gets_a_process_of_its_own"],
    "server.py` is the far end": [],
    "a forged answer is only a wrong answer": [
        "judging/test_conversations.py::test_whatever_a_box_says_each_check_ends_in_a_learners_verdict",
        "box/test_loading.py::test_whatever_a_box_says_while_it_loads_there_is_an_end_with_evidence_of_the_right_form",
    ],
    "is the codec": [],
    "There is no pickle in it": [ITSELF],
    "Lengths are checked before": [f"{WIRE}::test_lengths_are_refused_before_anything_is_allocated"],
    "What is built of a message is bounded": [
        f"{WIRE}::test_what_is_built_of_a_message_is_bounded_and_not_only_what_is_sent"
    ],
    "only `WireError` comes out": [f"{WIRE}::test_arbitrary_bytes_are_an_error_of_the_wire_and_nothing_else"],
    "is asked for what fits it": [
        "box/test_asking.py::test_a_function_of_one_variable_is_not_asked_for_what_does_not_fit",
        f"{BOUNDS}::test_a_function_that_is_asked_something_costly_costs_its_exercise",
    ],
    "What a check costs on our side": [
        f"{BOUNDS}::test_an_answer_that_is_costly_to_read_costs_its_exercise",
        "judging/test_supervise.py::test_a_check_that_goes_on_when_its_time_is_over_is_ended",
    ],
    "stay below 1 GiB": [
        f"{BOUNDS}::test_all_processes_of_the_grader_stay_below_a_gibibyte_whatever_a_check_does_with_an_answer"
    ],
    "An interrupt ends everything": [
        "test_cli.py::test_an_interrupt_shows_what_is_finished_claims_no_more_and_leaves_nothing"
    ],
    "is that learner's verdict": [
        "judging/test_conversations.py::test_whatever_a_box_says_each_check_ends_in_a_learners_verdict"
    ],
    "A fault of ours costs nobody a point": [
        f"{ENDS}::test_what_escapes_from_a_check_costs_that_check_and_is_named",
        f"{ENDS}::test_a_report_that_nobody_gets_is_no_success",
        f"{ENDS}::test_damaged_data_cost_nobody_a_point_and_are_made_again",
    ],
    "Checks are programs, and run": [],
    "None ever runs because it lies in what is graded": [
        "authoring/test_carried.py::test_checks_in_a_submission_are_never_run",
        "authoring/test_carried.py::test_checks_that_nobody_named_are_not_run_where_one_stands_in_their_folder",
        "authoring/test_carried.py::test_checks_that_changed_since_they_were_named_are_not_run",
        "authoring/test_carried.py::test_what_python_compiled_beside_the_checks_is_not_run",
    ],
    "Arrays go in as copies": [f"{ATTACKS}[zero-the-argument]"],
    "cannot be changed under it": [f"{ATTACKS}[zero-the-argument]"],
    "Every check gets a fresh fork": [
        "test_grading.py::test_a_state_changed_by_one_check_is_not_seen_by_the_next",
        f"{ATTACKS}[tell-by-a-file]",
        f"{ATTACKS}[tell-by-an-offset]",
    ],
    "made while loading are closed": [f"{ATTACKS}[tell-by-a-pipe]"],
    "refuses memory that processes share": [f"{ATTACKS}[tell-by-shared-memory]", f"{ATTACKS}[tell-by-a-mapped-file]"],
    "another does not see": [
        "judging/test_running.py::test_no_check_finds_the_files_of_another_whether_they_run_beside_each_other_or_not"
    ],
    "computes nothing with what comes out": [f"{BOUNDS}::test_an_answer_that_is_costly_to_read_costs_its_exercise"],
    "A long check may run beside others": [
        "judging/test_running.py::test_a_neighbour_that_finds_no_end_costs_a_slow_check_nothing"
    ],
    "never for the answer that is being judged": [
        "test_grading.py::test_reference_never_answers_for_the_exercise_itself",
        f"{ATTACKS}[the-reference-by-the-wire]",
    ],
    "Test labels never enter": ["box/test_files.py::test_the_data_that_a_box_may_read_has_no_test_labels"],
    "computed by the grader from the parameters": [WORK],
    "So memorised weights gain nothing either": [WORK],
    "What a check draws depends on": [
        "judging/test_draws.py::test_what_is_drawn_depends_on_the_text_of_the_answer",
        "judging/test_draws.py::test_what_is_drawn_depends_on_the_hidden_checks_which_no_learner_has",
    ],
    "The box is told none of": ["judging/test_draws.py::test_the_box_cannot_tell_the_seed"],
    "can have been made for what it will be asked": [WORK],
    "the learner's copy is not believed": [
        "course/test_given_parts.py::test_a_right_answer_loses_nothing_to_a_given_part_that_was_changed"
    ],
    "names a given part that was changed": [
        "course/test_given_parts.py::test_a_report_says_which_given_part_was_changed_and_where"
    ],
    "counts only where that one is right": [
        "judging/test_running.py::test_a_right_result_does_not_count_before_what_it_waits_for_is_right"
    ],
    "holds answers that do not do the work": [
        "course/test_checks_prove_themselves.py::test_every_exercise_is_pretended"
    ],
    "None earns more than a third": [WORK],
    "Reading a submission reads text": [ITSELF],
    "What is read is bounded in total": [
        f"{READING}::test_reading_takes_no_more_than_its_share_for_twice_as_much",
        f"{READING}::test_a_submission_beyond_the_bounds_is_refused_in_one_sentence",
    ],
    "holds the numbers, each with its reason": [],
    "No link leads out": [
        f"{LINKS}::test_no_link_in_or_beside_what_was_named_is_followed",
        f"{LINKS}::test_a_link_that_is_put_in_place_before_the_reading_is_refused",
    ],
    "A path that was typed may itself": [f"{LINKS}::test_a_folder_that_is_named_may_be_a_link"],
    "Hard links cannot be told": [],
    "On Windows, where a folder": [f"{LINKS}::test_a_system_without_open_folders_looks_for_links_by_itself"],
    "A zip is never unpacked": [
        "submission/test_archive.py::test_nothing_is_written_to_disk",
        "submission/test_archive.py::test_a_size_that_is_not_true_is_found_when_the_file_is_read",
    ],
    "metadata and outputs decide nothing": ["submission/test_notebook.py::test_whatever_is_in_metadata_and_outputs"],
    "nothing is graded in the kernel": [
        "test_live.py::test_the_kernel_is_left_as_it_was",
        "test_live.py::test_a_kernel_that_tampers_with_its_libraries_tampers_with_nothing_else",
    ],
    "shown only as plain characters": ["test_cli.py::test_a_strangers_text_cannot_touch_the_terminal"],
    "It goes on to a weaker one only": [f"{LEVEL}::test_auto_takes_the_strongest_level_that_works_and_says_which"],
    "A lack that passes": [
        f"{LEVEL}::test_auto_takes_no_weaker_level_for_what_may_pass",
        f"{LEVEL}::test_an_account_short_of_processes_gets_the_strongest_level_or_none",
    ],
    "then the same level is": [f"{LEVEL}::test_auto_takes_no_weaker_level_for_what_may_pass"],
    "To put back is bounded": ["box/test_trees.py::test_what_is_put_back_has_a_bound"],
    "What goes beyond that stays": ["box/test_trees.py::test_what_a_check_left_beyond_the_bound_is_no_error"],
    "The time to make that fork": ["box/test_copies.py::test_the_time_to_make_a_copy_is_the_checks"],
    "keeps its box from being copied": ["box/test_copies.py::test_what_cannot_be_copied_is_not_tried_for_each_check"],
    "removed however deep it lies": [
        "box/test_trees.py::test_folders_deeper_than_python_recurses_are_removed",
        "box/test_trees.py::test_whatever_lies_there_is_removed_and_nothing_outside",
    ],
    "ends Python while it is loaded": [
        "box/test_ending.py::test_a_notebook_that_always_ends_python_is_the_learners_loss",
        "box/test_ending.py::test_what_lies_beside_such_a_notebook_still_counts",
    ],
    "takes the strongest level": [f"{LEVEL}::test_auto_takes_the_strongest_level_that_works_and_says_which"],
    "A level that is asked for by name": [f"{LEVEL}::test_a_level_that_is_asked_for_and_cannot_be_had_is_an_error"],
    "The report names the level": [f"{LEVEL}::test_auto_takes_the_strongest_level_that_works_and_says_which"],
    "It is chosen once": [f"{LEVEL}::test_where_the_level_is_lost_checks_are_lost_and_none_runs_weaker"],
    "The checks that wait for it": [f"{LEVEL}::test_people_read_that_the_report_is_not_final_and_why"],
    "| | bwrap": [],
    "|---": [],
    "| needs": ["box/test_confine.py::test_every_level_is_available_here_or_says_why"],
    "| reads": [FILES],
    "| writes": [FILES],
    "| network": ["box/test_confine.py::test_the_box_refuses_to", f"{ATTACKS}[tcp-to-localhost]"],
    "| new programs": ["box/test_confine.py::test_the_box_refuses_to", f"{ATTACKS}[start-a-program]"],
    "| memory": [
        "box/test_limits.py::test_memory_ends_in_a_memory_error",
        "box/test_limits.py::test_a_fork_bomb_stops",
    ],
    "| one check tells": [f"{ATTACKS}[tell-by-a-file]", f"{ATTACKS}[tell-by-system-v-memory]"],
    "| left behind": ["box/test_namespaces.py::test_a_daemon_is_dead_after_its_box", f"{ATTACKS}[daemon]"],
    '"Python" is the interpreter': [],
    "Of the folder that numpy is installed in": [FILES],
    "lists from inside what can be opened": [FILES],
    "a guard rail, not a wall": ["box/test_limits.py::test_limits_alone_are_named_for_what_they_hold"],
    "holds over a hundred hostile answers": ["test_attacks.py::test_there_are_over_a_hundred_behaviours"],
}
SENTENCE = re.compile(r"(?<=[.)])\s+(?=[A-Z`\"])")


def sentences():
    """Return all that the first two parts of SECURITY.md say, and a row of the table as one sentence."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    found = []
    for title in ("Theory of operation", "What is promised at each level"):
        part = text.split(f"\n## {title}\n")[1].split("\n## ")[0]
        blocks = [" ".join(block.split()) for block in re.split(r"\n(?=- |\n|\|)", part) if block.strip()]
        found += [s for block in blocks for s in ([block] if block[0] == "|" else SENTENCE.split(block))]
    return found


@pytest.mark.parametrize("sentence", sentences(), ids=lambda s: s[:60])
def test_each_sentence_has_what_shows_it(sentence):
    assert [part for part in SHOWN if part in sentence], "say in SHOWN which test shows this"


@pytest.mark.parametrize("part", SHOWN)
def test_what_shows_a_sentence_is_there(part):
    assert [sentence for sentence in sentences() if part in sentence], "no sentence says this any more"
    for shown in SHOWN[part]:
        file, _, name = shown.partition("::")
        name, _, folder = name.partition("[")
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE), shown
        assert not folder or (TESTS / "attacks" / folder.rstrip("]")).is_dir(), shown


FAR_END = ("server.py", "serving.py", "modules.py", "parts.py", "inert.py", "scratch.py")
RUNNING = {"eval", "exec", "compile", "__import__", "import_module", "run_path", "run_module", "load_module"}
# Texts of the course: its reference answers, and its drivers, tried on these.
OWN = {("judging/student.py", "exec"), ("judging/student.py", "compile"), ("judging/student.py", "import_module")}


def test_nothing_of_a_submission_is_executed_outside_of_the_box():
    package, found = ROOT / "grader", set()
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        if path.name in FAR_END or name.startswith("course/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                regular = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "re"
                found |= {(name, called)} if called in RUNNING and not regular else set()
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
                assert not names & {"pickle", "marshal", "shelve", "dill", "cloudpickle", "runpy", "code"}, name

    assert found <= OWN | {("submission/statements.py", "compile")}
