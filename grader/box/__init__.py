"""Where answers run, apart: a confined process that is handed inputs and hands back outputs.

In: modules as text, then calls. Out: values, or an ``Event`` that says why there is none. Nothing that comes back is
believed: it is evidence.

    process        start a server, and kill it in time
    line           what leads to a server: orders, copies, deadlines
    client         a submission in a box: load it, copy it for each check, start another when it dies
    loading        what loading brought to light
    conversation   what one check says to its copy: calls, handles, functions that are called back
    events         how a call can end that gives no value
    wire           frames and values, the one codec of both ends

The far end, which the box loads by itself (standard library and numpy):

    server         loads a submission, and forks a copy for each check
    serving        one check's talk, at that end
    modules        the learner's modules: found, run, and patched with stand-ins
    scratch        what loading left in files and open, put back before each check
    inert          stand-ins for libraries that only show
    confine/       limits and isolation, one layer a module
"""
