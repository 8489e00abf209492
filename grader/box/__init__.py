"""Where answers run, apart: a confined process that is handed inputs and hands back outputs.

In: modules as text, then calls. Out: values, or an ``Event`` that says why there is none. Nothing that comes back is
believed: it is evidence.

    process        start a server, reach it, kill it in time
    client         a submission in a box: load it, copy it for each check, start another when it dies
    conversation   what one check says to its copy: calls, handles, functions that are called back
    events         how a call can end that gives no value
    wire           frames and values, the one codec of both ends

The far end, which the box loads by itself (standard library and numpy):

    server         loads, forks, answers
    modules        the learner's modules: found, run, and patched with stand-ins
    inert          stand-ins for libraries that only show
    confine/       limits and isolation, one layer a module
"""
