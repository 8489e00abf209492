"""Sentences for people: every key that a finding or a notice can have, in words.

A sentence is at most 70 characters, stands on its own, and blames nobody. ``name`` is the function that was
called, ``part`` the parameter whose gradient is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from grader.model import Finding, Notice, Place

Values = Mapping[str, str]
MAX_PATH = 40  # characters of a file's path, where other things share its line

SENTENCES: dict[str, str] = {
    # wrong values
    "returned_none": "{subject} returned nothing; {wanted} is asked for",
    "wrong_type": "{subject} returned {got}; {wanted} is asked for",
    "wrong_dtype": "{subject} holds {got}, not real numbers",
    "argument_changed": "{name} was changed inside the call; it belongs to the caller",
    "sign": "{subject} has the wrong sign",
    "offset": "{subject} is off by {offset} everywhere",
    "transposed": "{subject} is transposed",
    "permuted": "{subject} has the right numbers in the wrong places",
    "nearly": "{subject} is close, but off by up to {error} of the value",
    "not_a_dict": "{subject} returned {got}; a dict of gradients is asked for",
    "missing_key": "{subject} has no gradient for {key}; its keys: {keys}",
    "unusable_result": "{subject} returned {got}, which the check cannot use",
    "unusable_attribute": "{subject} is {got}, which the check cannot use",
    "unusable": "what came back cannot be used by the check",
    "misused": "{function} was called with {got}, which it cannot use",
    "bad_reply": "{subject} returned something that cannot be read: {what}",
    "asked_number": "{name} was called with {got} values; it takes {wanted}",
    "asked_keyword": "{name} was called with {keyword}=, which it does not take",
    "asked_kind": "{name} was called with {got}; it takes numbers or arrays",
    "asked_size": "{name} was called with {got} numbers at once",
    "assertion": "{text}",
    # not there, not loaded
    "todo": "{name} is still to be written",
    "no_module": "{file} is not there yet",
    "not_there": "{name} is not defined yet",
    "no_method": "{name} has no {method} yet",
    "not_handed_in": "{subject} needs {needed}, which was not handed in",
    "not_run": "{subject} needs {needed}, which is not run, since it defines no answer",
    "not_numpy": "{subject} needs {needed}; answers may use NumPy only",
    "syntax_error": "Python cannot read this line",
    "not_utf8": "{file} is not UTF-8 text; save it with that encoding",
    "too_large": "{file} is larger than {limit}; it should hold answers only",
    "too_much": "{file} makes it more than {limit}, and is not read",
    "unreadable": "{file} cannot be read: {why}",
    # how a call ended
    "raised": "{type} in the middle of the call",
    "timeout": "no answer within {seconds} s; is there a loop without an end?",
    "timeout_again": "not run: other checks of this exercise found no end",
    "timeout_loading": "loading the file took over {seconds} s; move long runs out",
    "out_of_memory": "the call asked for more memory than there is",
    "endless_calls": "{subject} calls and is called without end",
    "waits_for": "waits for {exercise}",
    "no_box": "not run: the sandbox ({level}) had been ended, and there was no other to be had: {why}",
    "broken": "the check itself failed, which costs no points: {why}",
}


def sentence(finding: Finding) -> str:
    """Return what a finding says, in one sentence without a full stop."""
    values = dict(finding.values)
    values["subject"] = values.get("part") or values.get("name") or "the result"
    special = SPECIAL.get(finding.kind)
    text = special(values) if special else SENTENCES.get(finding.kind, finding.kind).format_map(Lenient(values))
    return text[:1].upper() + text[1:] if finding.kind == "assertion" else text


class Lenient(dict[str, str]):
    """Leaves a gap where a value is missing; a report is better with one than lost."""

    def __missing__(self, key: str) -> str:
        return "..."


def factor(values: Values) -> str:
    """Say how many times too large or too small."""
    ratio = float(values["ratio"])
    size, word = (ratio, "large") if abs(ratio) >= 1 else (1 / ratio, "small")
    exact = Fraction(abs(size)).limit_denominator(12)
    close = abs(exact - abs(size)) < 1e-5 * abs(size)  # central differences are no better
    times = f"exactly {exact}" if close and exact.denominator == 1 else f"{abs(size):.6g}"
    sign = " and has the wrong sign" if size < 0 else ""
    return f"{values['subject']} is {times} times too {word}{sign}"


def wrong_shape(values: Values) -> str:
    """Say which shape came and which was wanted, and what that looks like."""
    hows = {"transposed": "transposed", "extra_axis": "an axis too many", "lost_axis": "an axis is lost"}
    how = {**hows, "not_summed": "not added up to one number"}.get(values.get("how", ""), "")
    wanted = "one number" if values["wanted"] == "()" else values["wanted"]
    return f"{values['subject']} has shape {values['got']}, not {wanted}" + (f": {how}" if how else "")


def not_finite(values: Values) -> str:
    """Say that it is nan or infinite."""
    return f"{values['subject']} is {values['what']} where a number is expected"


def differs(values: Values) -> str:
    """Say how many elements are wrong, and where the worst is."""
    if "at" not in values:
        return f"{values['subject']} is not the expected number"
    return f"{values['subject']}: {values['wrong']} of {values['size']} elements differ, most at {values['at']}"


def missing(values: Values) -> str:
    """Say that a function is not defined, and what it may be called instead."""
    found = values.get("close") or values.get("others", "").replace(", ", " or ")
    return f"{values['name']} is not defined" + (f"; is it {found}?" if found else "")


def raised_loading(values: Values) -> str:
    """Say that the file, or a cell of it, could not be run to its end."""
    return f"{values['type']} while " + (f"cell {values['cell']} ran" if "cell" in values else "the file was loaded")


def died(values: Values) -> str:
    """Say how the process ended."""
    if values.get("exit"):
        return f"{values['subject']} ended Python with exit code {values['exit']}"
    if values.get("signal") in ("6", "11"):
        return f"{values['subject']} crashed Python (signal {values['signal']})"
    how = f" (signal {values['signal']})" if values.get("signal") else ""
    return f"{values['subject']} was stopped{how}: too much memory, or too long"


def died_loading(values: Values) -> str:
    """Say that Python ended while the file was loaded."""
    how = f" with exit code {values['exit']}" if values.get("exit") else ""
    return f"Python ended{how} while the file was loaded"


def cells_left_out(values: Values) -> str:
    """Say which cells of a notebook are not run, and why."""
    whole = f"cell{'s' * (not values['cells'].isdigit())} {values['cells']}" if values["cells"] else ""
    parts = f"parts of {values['parts']}" if values["parts"] else ""
    what = " and ".join(filter(None, (whole, parts)))
    return f"{values['file']}: not run, since no answer needs it: {what} (--run-all runs everything)"


SPECIAL: dict[str, Callable[[Values], str]] = {
    "factor": factor,
    "wrong_shape": wrong_shape,
    "not_finite": not_finite,
    "differs": differs,
    "missing": missing,
    "cells_left_out": cells_left_out,
    "raised_loading": raised_loading,
    "died": died,
    "died_loading": died_loading,
}

NOTICES: dict[str, str] = {
    "interrupted": "Stopped before the end; what had been checked by then is shown.",
    "not_read": "Not graded: {what}",
    "more_not_read": "Not graded: {count} more files.",
    "cell_not_python": "{where}: not run, since Python cannot read it: {said}",
    "cell_result": "{where}: not run, since it would put a result in a function's place: {what}",
    "not_done": "{where}: {said}",
    "commands_ignored": "{file}: commands are ignored: {what}",
    "given_changed": "{where}: {name} is not as it was given; if a check surprises you, put it back.",
    "other_names": "Found under other names: {what}.",
    "two_answers": "{names}: {file} counts, not {other}, which differs; --prefer chooses.",
    "beside": "{file} takes these from other files, and they count as well: {what}.",
    "half_there": "{names}: {file} counts, not {other}, which is only half there.",
    "absent": "Not handed in, or not NumPy: {what}; what is the course's there comes from your own files, or from us.",
    "inert": "Nothing is drawn or shown where answers are graded: inert stand-ins for {libraries}.",
}


def notice_sentence(notice: Notice) -> str:
    """Return what a notice says."""
    if special := SPECIAL.get(notice.kind):
        return special(notice.values)
    values = Lenient(notice.values)
    if "line" in values:
        values["where"] = where(values["file"], values["line"], values.get("cell"))
    return {**SENTENCES, **NOTICES}.get(notice.kind, notice.kind).format_map(values)


def where(file: str, line: int | str, cell: int | str | None) -> str:
    """Return a place as text: ``losses.py:26``, or ``ch04.ipynb, cell 7, line 3``."""
    return f"{file}, cell {cell}, line {line}" if cell else f"{file}:{line}"


def place_text(place: Place, root: str = "") -> str:
    """Return a place as text; ``root`` is the submission's folder as the reader would write it."""
    file = f"{root}/{place.file}" if root and root != "." else place.file
    return where(file, place.line, place.cell)


def trace_lines(finding: Finding, most: int = 4) -> list[str]:
    """Return how the learner's code came to the place, the latest calls; the files as seen from the submission."""
    places = finding.trace[-most:]
    inside = [f", in {place.function}" if place.function.isidentifier() else "" for place in places]
    at = [where(short_path(place.file), place.line, place.cell) for place in places]
    return [f"{at}{name}: {p.code.strip()}" for at, name, p in zip(at, inside, places, strict=True)]


def short_path(path: str) -> str:
    """Return the end of a path where all of it would leave no room in its line."""
    parts = path.split("/")
    while len(parts) > 1 and len("/".join(parts)) > MAX_PATH:
        parts = parts[1:]
    short = "/".join(parts)
    return path if short == path else f".../{short}"


def message(finding: Finding | None) -> str:
    """Return everything that a finding knows as plain text, a line each."""
    if finding is None:
        return ""
    lines = [sentence(finding)]
    if finding.place:
        lines += trace_lines(finding)
        lines.append(f"{place_text(finding.place)}: {finding.place.code.strip()}".rstrip(": "))
    lines += [f"call      {finding.call}"] if finding.call else []
    lines += labelled("expected  ", finding.expected) + labelled("yours     ", finding.yours)
    lines += [finding.said] if finding.said else []
    return "\n".join(lines)


def labelled(label: str, lines: tuple[str, ...]) -> list[str]:
    """Put a label before the first line, and as much space before the others."""
    return [(label if number == 0 else " " * len(label)) + line for number, line in enumerate(lines)]
