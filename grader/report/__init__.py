"""Every way a Report leaves; each is a pure function of reports, and knows the ground alone, model and errors.

In comes a ``Report``: keys and values. Out goes what people and programs read. To find your way:

    wording.py     sentences for every key that a finding or a notice can have
    page.py        a whole report in words, ready to be laid out
    text.py        a stranger's text, made safe to show
    symbols.py     the signs of verdicts, and what stands for them in poorer encodings
    terminal.py    the page in a terminal, or as plain text
    summary.py     several reports: a name over each, and a table
    html.py        the page in a notebook; markdown.py where it shows no HTML
    json.py        the report for programs
"""
