"""Evidence -> verdict: run a course's checks against a submission in a box, and say what became of each.

In: a course, a submission as text, a box that has loaded it. Out: outcomes, in a ``Ledger``.

    plugin      pytest's hooks and fixtures, and nothing else
    bench       one submission being judged: what a check needs while it runs, and what becomes of it
    running     which processes run which checks
    supervise   watch those processes, and take what they say
    marks       what a check says of itself by its markers
    student     what checks hold: proxies for the learner's answers, and the reference answers
    verdicts    the one table, from what was raised and what was said to a verdict and a finding
    places      where an answer is written
    compare     how a value differs from the right one
    ledger      what became of the checks so far, and what follows for the others
    sandbox     what a report says of the box
"""
