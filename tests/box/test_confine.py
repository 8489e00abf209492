"""The confinement layers, tried from inside by real processes: as this account and an ordinary one, with and without
namespaces.

What a process in the box finds out, it writes to its standard output as JSON. No test sleeps: that a process is
dead shows in the end of a pipe that only it held open.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import functools
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.box import confine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")

NOBODY = 65534
PREAMBLE = """
import ctypes, errno, json, os, resource, signal, socket, struct, sys, threading, time
sys.path.insert(0, {box!r})
import confine
libc = ctypes.CDLL(None, use_errno=True)
PARENT = os.getppid()

def denied_before(*numbers):
    "What a container's own filter does: answer these system calls with EPERM."
    lines = [(0x20, 0, 0, 0)]
    for number in numbers:
        lines += [(0x15, 0, 1, number), (0x06, 0, 0, 0x50001)]
    code = b"".join(struct.pack("HBBI", *line) for line in [*lines, (0x06, 0, 0, 0x7FFF0000)])
    buffer = ctypes.create_string_buffer(code, len(code))
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, struct.pack("HP", len(code) // 8, ctypes.addressof(buffer)), 0, 0) == 0

def attempt(action):
    try:
        result = action()
    except Exception as error:
        return type(error).__name__ + ":" + errno.errorcode.get(getattr(error, "errno", None), "")
    return "done: " + repr(result)[:80]

def call(name, *args):
    result = getattr(libc, name)(*args)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result

def say(value):
    os.write(1, json.dumps(value).encode() + b"\\n")

{before}
room, scratch = {room!r}, {scratch!r}
layers = confine.confine(confine.Level({level!r}), confine.Policy(scratch, **{policy!r}))
"""
LIMITS = {"memory_mb": 256, "cpu_s": 20, "file_mb": 1, "processes": 8, "open_files": 40}
UNSHARE = {"x86_64": 272, "aarch64": 97}


@dataclass(frozen=True)
class Setting:
    """An account that starts a box, and what it finds there."""

    name: str
    python: str
    user: int | None = None
    before: str = ""

    @property
    def namespaces(self) -> bool:
        return "denied_before" not in self.before

    def __str__(self) -> str:
        return self.name


def settings() -> list[Setting]:
    no_unshare = f"denied_before({UNSHARE.get(os.uname().machine)})" if hasattr(os, "uname") else ""
    found = [Setting("as-i-am", sys.executable), Setting("as-i-am-no-namespaces", sys.executable, None, no_unshare)]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and (python := python_for_anyone()):
        first_abi = f"{no_unshare}; confine.NEWEST = 1"
        found += [
            Setting("ordinary", python, NOBODY),
            Setting("ordinary-no-namespaces", python, NOBODY, no_unshare),
            Setting("ordinary-first-landlock", python, NOBODY, first_abi),
        ]
    return found


def python_for_anyone() -> str | None:
    """Return a Python that an ordinary account may start; root's own may lie in /root."""
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            probe = "import sys, ctypes; sys.exit(sys.version_info < (3, 11))"
            as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/", "capture_output": True}
            if subprocess.run([python, "-I", "-S", "-c", probe], **as_nobody).returncode == 0:
                return python
    return None


SETTINGS = settings() if sys.platform.startswith("linux") else []


@functools.cache
def box_folder() -> Path:
    """Return a folder with the module and room for its bytecode, which every account can reach."""
    path = Path(tempfile.mkdtemp(prefix="confine-", dir="/tmp"))
    atexit.register(shutil.rmtree, path)
    shutil.copy(confine.__file__, path)
    (path / "__pycache__").mkdir()
    for folder in (path, path / "__pycache__"):
        folder.chmod(0o777)
    return path


class Room:
    """A folder with a secret, a file that may be read, and scratch."""

    def __init__(self, path: Path, setting: Setting) -> None:
        self.path, self.setting = path, setting
        self.box, self.scratch = box_folder(), path / "scratch"
        for folder in (self.scratch, path / "outside"):
            folder.mkdir()
            folder.chmod(0o777)
        for name in ("secret.txt", "allowed.txt", "outside/file.txt"):
            (path / name).write_text(name)
            (path / name).chmod(0o666)
        path.chmod(0o755)

    def command(self, body: str, level: str = "kernel", readable: tuple[str, ...] = (), **limits: int) -> list[str]:
        stdlib = "/usr/lib" if self.setting.python.startswith("/usr/bin") else sysconfig.get_path("stdlib")
        policy = LIMITS | limits | {"readable": (stdlib, str(self.path / "allowed.txt"), *readable)}
        values = {"room": str(self.path), "scratch": str(self.scratch), "box": str(self.box)}
        values["before"] = self.setting.before
        return [
            *(self.setting.python, "-I", "-S", "-c"),
            PREAMBLE.format(**values, level=level, policy=policy) + textwrap.dedent(body),
        ]

    def options(self) -> dict[str, Any]:
        user = self.setting.user
        account = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        env = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"]}
        return {"cwd": "/", "env": env, "start_new_session": True, **account}

    def start(self, body: str, *fds: int, **limits: Any) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(self.command(body, **limits), pass_fds=fds, **pipes, **self.options())

    def run(self, body: str, *fds: int, **limits: Any) -> Any:
        """Return what the process in the box said, or how it ended."""
        process = self.start(body, *fds, **limits)
        try:
            out, err = process.communicate(timeout=20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return SimpleNamespace(said=json.loads(out) if out else err, code=process.returncode, err=err)

    def layers(self) -> list[str]:
        return list(self.run("say(layers)").said)


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def setting(request: pytest.FixtureRequest) -> Setting:
    found: Setting = request.param
    return found


@functools.cache
def why_not(level: confine.Level) -> str | None:
    return confine.available(level)


@functools.cache
def kernel_permits_namespaces(setting: Setting) -> bool:
    flags = sum(value for name, value in confine.NAMESPACES.items() if name != "user" or (setting.user or os.geteuid()))
    probe = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}))"
    account = {} if setting.user is None else {"user": setting.user, "group": setting.user, "extra_groups": []}
    return subprocess.run([setting.python, "-c", probe], cwd="/", **account).returncode == 0


@contextlib.contextmanager
def new_room(setting: Setting) -> Iterator[Room]:
    if reason := why_not(confine.Level.KERNEL):
        pytest.skip(reason)
    path = Path(tempfile.mkdtemp(prefix="room-", dir="/tmp"))  # pytest's own folder is closed to other accounts
    try:
        yield Room(path, setting)
    finally:
        shutil.rmtree(path)


@pytest.fixture(params=[setting for setting in SETTINGS if "first" not in setting.name], ids=str)
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    with new_room(request.param) as made:
        yield made


@pytest.fixture
def any_room(setting: Setting) -> Iterator[Room]:
    with new_room(setting) as made:
        yield made


@pytest.fixture
def my_room() -> Iterator[Room]:
    with new_room(SETTINGS[0]) as made:
        yield made


# -- what is refused --------------------------------------------------------------------------------------

REFUSED = {
    # reading
    "read /etc/passwd": "open('/etc/passwd').read()",
    "read a file beside one that is allowed": "open(room + '/secret.txt').read()",
    "read with dots": "open(scratch + '/../secret.txt').read()",
    "list a folder": "os.listdir(room)",
    "read the environment of another process": "open('/proc/1/environ').read()",
    "read a process's memory": "open('/proc/self/mem', 'rb')",
    "read the parent's memory": f"open('/proc/{os.getpid()}/mem', 'rb')",
    "read the process table": "os.listdir('/proc')",
    "open by handle": "call('open_by_handle_at', -1, b'', 0)",
    "watch a folder": "call('inotify_add_watch', call('inotify_init1', 0), b'/tmp', 2)",
    # writing
    "make a file outside": "open(room + '/outside/new', 'w')",
    "write to a file outside": "open(room + '/outside/file.txt', 'a')",
    "write to a file that may be read": "open(room + '/allowed.txt', 'a')",
    "empty a file that may be read": "os.open(room + '/allowed.txt', os.O_RDONLY | os.O_TRUNC)",
    "empty it in the third way of opening": "os.open(room + '/allowed.txt', 3 | os.O_TRUNC)",
    "truncate by name": "os.truncate(room + '/allowed.txt', 0)",
    "change permissions": "os.chmod(room + '/allowed.txt', 0)",
    "change permissions through a descriptor": "os.fchmod(os.open(room + '/allowed.txt', 0), 0)",
    "change the owner": "os.chown(room + '/allowed.txt', os.getuid(), -1)",
    "change times": "os.utime(room + '/allowed.txt')",
    "change attributes": "os.setxattr(room + '/outside/file.txt', 'user.a', b'b')",
    "remove a file outside": "os.unlink(room + '/outside/file.txt')",
    "move a file out": "(open('f', 'w').close(), os.rename('f', room + '/outside/f'))",
    "make a link": "os.symlink('/etc', 'link')",
    "make a hard link": "os.link(room + '/allowed.txt', 'hard')",
    "make a pipe": "os.mkfifo('fifo')",
    "make a device": "os.mknod('null', 0o020666, os.makedev(1, 3))",
    "lock a file": "__import__('fcntl').flock(0, 1)",
    # network
    "make a TCP socket": "socket.socket(socket.AF_INET)",
    "make a UDP socket": "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
    "make a unix socket": "socket.socket(socket.AF_UNIX)",
    "make a netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "make a pair of sockets": "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    "look a name up": "socket.getaddrinfo('localhost', 80)",
    # processes
    "kill the grader": f"os.kill({os.getpid()}, 0)",
    "kill the parent": "os.kill(PARENT, 9)",
    "kill everything": "os.kill(-1, 9)",
    "kill the group": "os.killpg(0, 0)",
    "abort the grader": f"call('tgkill', {os.getpid()}, {os.getpid()}, 6)",
    "take hold of a process": f"os.pidfd_open({os.getpid()})",
    "have signals sent": f"__import__('fcntl').fcntl(0, 8, {os.getpid()})",
    "trace itself": "call('ptrace', 0, 0, 0, 0)",
    "trace the grader": f"call('ptrace', 16, {os.getpid()}, 0, 0)",
    "read memory of the grader": f"call('process_vm_readv', {os.getpid()}, b' ' * 16, 1, b' ' * 16, 1, 0)",
    "limit the grader": f"resource.prlimit({os.getpid()}, resource.RLIMIT_CPU, (1, 1))",
    "slow the grader down": f"os.setpriority(os.PRIO_PROCESS, {os.getpid()}, 19)",
    "move the grader to one processor": f"os.sched_setaffinity({os.getpid()}, [0])",
    "run a program": "os.execv('/bin/true', ['true'])",
    "run Python": "os.execv(sys.executable, [sys.executable, '-c', '1'])",
    "spawn a program": "os.posix_spawn('/bin/true', ['true'], {})",
    "leave the session": "os.setsid()",
    "leave the group": "os.setpgid(0, 0)",
    "outlive the parent": "call('prctl', 1, 0, 0, 0, 0)",
    # the kernel
    "unshare": "call('unshare', 0x10000000)",
    "clone into a namespace": "call('syscall', CLONE, 0x10000000 | 17, 0, 0, 0, 0)",
    "clone3": "call('syscall', 435, None, 0)",
    "enter a namespace": "call('setns', 0, 0)",
    "mount": "call('mount', b'none', b'/tmp', b'tmpfs', 0, None)",
    "change the root": "os.chroot('.')",
    "become root": "os.setuid(0)",
    "a file in memory": "os.memfd_create('x')",
    "shared memory": "call('shmget', 1, 4096, 0o1600)",
    "io_uring": "call('syscall', 425, 8, b' ' * 120)",
    "keyring": "call('syscall', KEYCTL, 0, -3, 1)",
    "bpf": "call('syscall', BPF, 0, b' ' * 64, 64)",
    "perf": "call('syscall', PERF, b' ' * 128, 0, -1, -1, 0)",
    "userfaultfd": "call('syscall', USERFAULTFD, 1)",
    "personality": "call('personality', 0x0040000)",
    "type into the terminal": "__import__('fcntl').ioctl(0, 0x5412, b'x')",
    "a number of another kind": "call('syscall', 0x40000000 + 39)",
    "a number that does not exist yet": "call('syscall', 9999)",
}
NUMBERS = {
    "x86_64": {"CLONE": 56, "KEYCTL": 250, "BPF": 321, "PERF": 298, "USERFAULTFD": 323},
    "aarch64": {"CLONE": 220, "KEYCTL": 219, "BPF": 280, "PERF": 241, "USERFAULTFD": 282},
}
REFUSALS = {"PermissionError:EPERM", "PermissionError:EACCES", "OSError:ENOSYS", "OSError:EXDEV"}
REFUSALS |= {"ProcessLookupError:ESRCH"}  # there is no such number in the box


@pytest.fixture(scope="module")
def refusals(setting: Setting) -> dict[str, str]:
    """Everything that is to be refused, tried by one process; and what the files look like afterwards."""
    lines = "\n".join(f"found[{name!r}] = attempt(lambda: {action})" for name, action in REFUSED.items())
    numbers = "\n".join(f"{name} = {number}" for name, number in NUMBERS[os.uname().machine].items())
    with new_room(setting) as room:
        result = room.run(f"{numbers}\nfound = {{}}\n{lines}\nsay(found)", processes=40)
        for name in ("secret.txt", "allowed.txt", "outside/file.txt"):
            assert (room.path / name).read_text() == name
            assert (room.path / name).stat().st_mode & 0o777 == 0o666
        assert [path.name for path in (room.path / "outside").iterdir()] == ["file.txt"]
    assert result.code == 0, result.err
    found: dict[str, str] = result.said
    return found


@pytest.mark.parametrize("name", REFUSED)
def test_the_box_refuses_to(name: str, refusals: dict[str, str]):
    if name == "look a name up":
        assert refusals[name].startswith("gaierror")
    else:
        assert refusals[name] in REFUSALS


def test_a_socket_that_is_handed_in_cannot_be_connected(room: Room):
    place = str(room.path / "listener")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as loose, socket.socket() as tcp:
        listener.bind(place)
        listener.listen()
        Path(place).chmod(0o777)
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        result = room.run(
            f"""
            loose = socket.socket(fileno={loose.fileno()})
            listening = socket.socket(fileno={tcp.fileno()})
            say([attempt(lambda: loose.connect({place!r})), attempt(lambda: listening.accept())])
            """,
            *(loose.fileno(), tcp.fileno()),
        )

    assert result.said == ["PermissionError:EPERM"] * 2


# -- what works -------------------------------------------------------------------------------------------


def test_the_names_say_what_is_in_force(any_room: Room):
    layers = any_room.layers()

    permitted = any_room.setting.namespaces and kernel_permits_namespaces(any_room.setting)
    assert any(name.startswith("namespaces:") for name in layers) == permitted
    assert "limits:memory,cpu,file-size,processes,open-files" in layers
    assert layers[-3] == "no-new-privs"
    assert re.fullmatch(r"landlock-[1-7]", layers[-2])
    assert layers[-1] == "seccomp"
    assert ("own-account" in layers) == (any_room.setting.user is None and os.geteuid() == 0)


def test_allowed_files_can_be_read_and_scratch_written(any_room: Room):
    result = any_room.run("""
        os.makedirs("a/b")
        with open("a/b/file", "w") as file:
            file.write("kept")
        new_name = "a/b/other" if "landlock-1" in layers else "a/other"  # before ABI 2, no moving between folders
        os.rename("a/b/file", new_name)
        say([open(new_name).read(), open(room + "/allowed.txt").read(), os.getcwd() == scratch])
        """)

    assert result.said == ["kept", "allowed.txt", True]


def test_threads_timers_randomness_and_devices_work(room: Room):
    result = room.run("""
        seen = []
        threads = [threading.Thread(target=seen.append, args=(n,)) for n in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        signal.signal(signal.SIGALRM, lambda *_: seen.append("alarm"))
        signal.setitimer(signal.ITIMER_REAL, 0.001)
        signal.pause()
        open(os.devnull, "w").write("x")
        say([sorted(map(str, seen)), len(os.urandom(4)), len(open("/dev/urandom", "rb").read(3))])
        """)

    assert result.said == [["0", "1", "2", "3", "alarm"], 4, 3]


def test_a_child_answers_and_its_end_is_known(room: Room):
    result = room.run("""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, b"hello")
            os._exit(3)
        say([os.read(reader, 5).decode(), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])])
        """)

    assert result.said == ["hello", 3]


def test_descriptors_arrive_on_an_inherited_socket(room: Room):
    ours, theirs = socket.socketpair()
    reader, writer = os.pipe()
    with ours, theirs:
        process = room.start(
            f"""
            control = socket.socket(fileno={theirs.fileno()})
            data, fds, _, _ = socket.recv_fds(control, 1, 1)
            control.sendall(b"got it")
            os.write(fds[0], data)
            """,
            theirs.fileno(),
        )
        socket.send_fds(ours, [b"x"], [writer])
        os.close(writer)
        ours.settimeout(20)

        assert ours.recv(6) == b"got it"
        assert os.read(reader, 1) == b"x"
        assert process.wait(20) == 0
    os.close(reader)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()


@pytest.mark.parametrize("number", [0, 1])
def test_numpy_works_as_before(number: int):
    numpy = pytest.importorskip("numpy")
    site = str(Path(numpy.__file__).parent.parent)
    with new_room(SETTINGS[number]) as room:
        room.setting = Setting("numpy", sys.executable, None, f"sys.path.append({site!r}); import numpy as np")
        if SETTINGS[number].before:
            room.setting = Setting("numpy", sys.executable, None, f"{room.setting.before}\n{SETTINGS[number].before}")
        result = room.run(
            """
            a = np.random.default_rng(0).normal(size=(300, 300))
            import numpy.fft, numpy.polynomial, numpy.ma
            np.save("a.npy", a)
            b = np.load("a.npy", mmap_mode="r")
            inverse = np.abs(np.linalg.inv(a) @ b - np.eye(300)).max() < 1e-6
            say([bool(inverse), bool(np.allclose(np.fft.ifft(np.fft.fft(a)), a)), np.linalg.svd(a)[1].shape])
            """,
            readable=(site,),
            memory_mb=512,
        )

    assert result.said == [True, True, [300]], result.err


# -- limits -----------------------------------------------------------------------------------------------


def test_memory_ends_in_a_memory_error(room: Room):
    result = room.run("say([attempt(lambda: bytearray(8 << 30)), len(bytearray(64 << 20)) >> 20])")

    assert result.said == ["MemoryError:", 64]


def test_a_file_ends_at_its_limit(room: Room):
    result = room.run("""
        open("f", "wb", 0).write(bytes(1 << 20))
        say(attempt(lambda: os.pwrite(os.open("f", os.O_WRONLY), b"x", 1 << 20)))
        """)

    assert result.said == "OSError:EFBIG"


def test_scratch_ends_at_its_limit_where_it_is_in_memory(room: Room):
    if not any(name.startswith("scratch-in-memory") for name in room.layers()):
        pytest.skip("no mount namespace in this setting")
    result = room.run("""
        def fill():
            for n in range(9):
                open(f"f{n}", "wb", 0).write(bytes(1 << 20))
        say([attempt(fill), len(os.listdir())])
        """)

    assert result.said == ["OSError:ENOSPC", 5]
    assert list(room.scratch.iterdir()) == []


def test_a_fork_bomb_stops(room: Room):
    result = room.run("""
        reader, writer = os.pipe()
        children = []
        def bomb():
            while len(children) < 200:
                child = os.fork()
                if child == 0:
                    os.close(writer)
                    os.read(reader, 1)
                    os._exit(0)
                children.append(child)
        stopped = attempt(bomb)
        os.close(writer)
        say([stopped, len(children), "own-account" in layers or layers[0].startswith("namespaces:user")])
        """)
    stopped, children, counted_apart = result.said

    assert stopped == "BlockingIOError:EAGAIN"
    # Where its own processes are not counted apart, those of the account come and go while they are counted.
    assert abs(children - LIMITS["processes"]) <= (0 if counted_apart else 4)


def test_threads_by_the_thousand_stop(room: Room):
    result = room.run("""
        gate = threading.Event()
        count = 0
        try:
            while count < 1000:
                threading.Thread(target=gate.wait, daemon=True).start()
                count += 1
        except RuntimeError:
            say(count)
        gate.set()
        """)

    assert result.said <= LIMITS["processes"] + 4


def test_open_files_end_at_their_limit(room: Room):
    result = room.run("say(attempt(lambda: [os.dup(0) for _ in range(60)]))")

    assert result.said == "OSError:EMFILE"


def test_processor_time_ends(my_room: Room):
    result = my_room.run(
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", cpu_s=0
    )  # which the kernel reads as 1

    assert result.code == -signal.SIGKILL


# -- ends -------------------------------------------------------------------------------------------------


def test_the_exit_code_comes_out(room: Room):
    assert room.run("sys.exit(7)").code == 7


def test_the_signal_comes_out(room: Room):
    result = room.run("ctypes.string_at(1)")

    assert result.code == -signal.SIGSEGV


def test_abort_in_a_child_is_told_apart_from_a_crash(any_room: Room):
    result = any_room.run("""
        child = os.fork()
        if child == 0:
            os.abort()
        harmless = "namespaces" in layers[0] or int(layers[-2].removeprefix("landlock-")) >= 6
        say([harmless, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])])
        """)
    harmless, code = result.said

    assert code == (-signal.SIGABRT if harmless else -signal.SIGSEGV)  # refused where it could hit somebody else


def test_abort_ends_the_first_process_as_well(room: Room):
    assert room.run("os.abort()").code in (-signal.SIGABRT, -signal.SIGSEGV)


def test_a_child_cannot_kill_the_first_process(room: Room):
    result = room.run("""
        first = os.getpid()
        child = os.fork()
        if child == 0:
            attempt(lambda: os.kill(first, 9))
            if layers[0].startswith("namespaces"):
                call("tgkill", first, first, 6)
            os._exit(0)
        os.waitpid(child, 0)
        say("alive")
        """)

    assert result.said == "alive"


DAEMON = """
reader, writer = os.pipe()
if os.fork() == 0:
    attempt(os.setsid)
    for number in range(1, 32):
        attempt(lambda: signal.signal(number, signal.SIG_IGN))
    if os.fork() == 0:
        os.write({life}, b"up")
        os.write(writer, b"up")
        while True:
            time.sleep(100)
    os._exit(0)
os.wait()
os.read(reader, 2)
{then}
"""


@pytest.mark.parametrize("then", ["time.sleep(100)", "os._exit(0)"])
def test_a_daemon_is_dead_after_its_box(room: Room, then: str):
    with contextlib.ExitStack() as stack:
        life, theirs = os.pipe()
        stack.callback(os.close, life)
        process = room.start(DAEMON.format(life=theirs, then=then), theirs)
        os.close(theirs)
        assert os.read(life, 2) == b"up"

        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)

        assert ends(life)


def test_killing_the_outer_process_alone_ends_the_box(room: Room):
    life, theirs = os.pipe()
    process = room.start(f"os.write({theirs}, b'up')\nwhile True: pass", theirs)
    os.close(theirs)
    assert os.read(life, 2) == b"up"

    process.kill()
    process.communicate(timeout=20)

    assert ends(life)
    os.close(life)


def test_the_box_dies_with_the_process_that_started_it(room: Room):
    life, theirs = os.pipe()
    command = room.command(f"os.write({theirs}, b'up')\nwhile True: pass")
    starter = "import subprocess, sys; subprocess.run(sys.argv[2:], pass_fds=[int(sys.argv[1])])"
    words = [room.setting.python, "-c", starter, str(theirs), *command]
    process = subprocess.Popen(words, pass_fds=(theirs,), stderr=subprocess.DEVNULL, **room.options())
    os.close(theirs)
    assert os.read(life, 2) == b"up"

    process.kill()
    process.wait(20)

    assert ends(life)
    os.close(life)


def ends(pipe: int) -> bool:
    """Wait until nobody holds the other end of a pipe any more; a test that waits forever is one that fails."""
    signal.alarm(20)
    try:
        return os.read(pipe, 1) == b""
    finally:
        signal.alarm(0)


# -- what cannot be had -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "layer"), [(444, "landlock"), (446, "landlock"), ("seccomp", "seccomp")])
def test_a_layer_that_is_not_to_be_had_is_named(my_room: Room, number: int | str, layer: str):
    number = confine.SYS_SECCOMP[confine.MACHINES[os.uname().machine][0]] if number == "seccomp" else number
    my_room.setting = Setting("denied", sys.executable, None, f"denied_before({number})")

    result = my_room.run("say('not reached')")

    assert f"ConfineError: {layer}: Operation not permitted" in result.err


def test_threads_that_run_already_are_an_error(my_room: Room):
    early = "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    my_room.setting = Setting("threads", sys.executable, None, early)

    assert "ConfineError: threads: other threads are running already" in my_room.run("say('not reached')").err


def test_an_unknown_machine_is_an_error(my_room: Room):
    my_room.setting = Setting("machine", sys.executable, None, "confine.MACHINES.clear()")

    assert "ConfineError: seccomp: there is no table of system calls" in my_room.run("say('not reached')").err


def test_a_user_namespace_without_names_still_holds():
    """Ubuntu lets an account make one, and forbids to map accounts into it."""
    ordinary = next((setting for setting in SETTINGS if setting.user or os.geteuid()), None)
    if ordinary is None or not kernel_permits_namespaces(ordinary):
        pytest.skip("no ordinary account here that may start Python and make namespaces")
    forbid = "def refuse(*_): raise PermissionError(1, 'no')\nconfine.Path.write_text = refuse"
    with new_room(Setting("no-names", ordinary.python, ordinary.user, forbid)) as room:
        result = room.run("""
            with open("f", "w") as file:
                file.write("x")
            say([layers[0], open("f").read(), attempt(lambda: os.listdir("/"))])
            """)

    assert result.said == ["namespaces:user,pid,net,ipc,mount", "x", "PermissionError:EACCES"]


def test_landlock_steps_back_to_what_the_kernel_really_knows():
    """RHEL 9 reports version 6 and refuses its fields."""

    class Libc:
        def call(self, name: str, number: int, attributes: bytes | None, size: int, flags: int) -> int:
            if flags:
                return 6
            if size == 24:
                raise OSError(errno.EINVAL, "what is that")
            return 42

    ruleset, handled, abi = confine._create_ruleset(Libc())  # type: ignore[arg-type]

    assert (ruleset, handled, abi) == (42, (1 << 16) - 1, 5)


def test_every_level_is_available_here_or_says_why():
    for level in confine.Level:
        reason = confine.available(level)
        assert reason is None or re.search(r"[a-z]", reason)
    assert confine.available(confine.Level.LIMITS) is None


def test_other_systems_can_load_it_and_get_their_limits():
    pretend = """
    import sys, os
    sys.modules["resource"] = None
    sys.platform = "win32"
    sys.path.insert(0, os.path.dirname({path!r}))
    import confine
    print("ctypes" in sys.modules, confine.confine(confine.Level.LIMITS, confine.Policy(".", (), 1, 1, 1, 1, 1)))
    print(confine.available(confine.Level.KERNEL))
    """
    code = textwrap.dedent(pretend.format(path=confine.__file__))

    said = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == ["False ()", "the level kernel needs Linux"]


def test_limits_alone_are_named_for_what_they_hold(room: Room):
    tries = "say([layers, attempt(lambda: bytearray(8 << 30)), attempt(lambda: os.listdir('/'))])"
    result = room.run(tries, level="limits")
    layers, memory, listing = result.said
    holds = "memory,cpu,file-size,open-files" if started_by_root(room) else "memory,cpu,file-size,processes,open-files"

    assert layers == [f"limits:{holds}"]
    assert memory == "MemoryError:"
    assert listing.startswith("done")


def started_by_root(room: Room) -> bool:
    return room.setting.user is None and os.geteuid() == 0


# -- bubblewrap -------------------------------------------------------------------------------------------


def test_bubblewrap_that_is_not_there_is_an_error(my_room: Room):
    result = my_room.run("say('not reached')", level="bwrap")

    assert "ConfineError: bubblewrap: this file system holds more than was asked for" in result.err


@pytest.mark.parametrize("index", [0, 2])
def test_bubblewrap_shows_only_what_was_asked_for(index: int):
    if reason := why_not(confine.Level.BWRAP) or (index >= len(SETTINGS) and "there is only one account to try"):
        pytest.skip(reason)
    with new_room(SETTINGS[index]) as room:
        reader, writer = os.pipe()
        body = f"""
            with open("file", "w") as file:
                file.write("x")
            os.write({writer}, b"through")
            say([layers, attempt(lambda: os.stat("/etc/passwd")), attempt(lambda: os.stat(room + "/secret.txt")),
                attempt(lambda: open(room + "/allowed.txt").read()), attempt(lambda: socket.socket())])
            sys.exit(5)
            """
        inner = room.command(body, "bwrap")
        policy = confine.Policy(str(room.scratch), (str(room.path / "allowed.txt"),), **LIMITS)
        wrap = "import json, sys; sys.path.insert(0, sys.argv[1]); import confine; "
        wrap += "print(json.dumps(confine.bwrap_command(confine.Policy(*json.loads(sys.argv[2])), sys.argv[3:])))"
        fields = json.dumps([getattr(policy, name) for name in confine.Policy.__slots__])
        words = [room.setting.python, "-I", "-S", "-c", wrap, str(room.box), fields, *inner]
        made = subprocess.run(words, capture_output=True, text=True, **room.options())
        command = json.loads(made.stdout)

        process = subprocess.run(command, capture_output=True, text=True, pass_fds=(writer,), **room.options())

        os.close(writer)
        assert process.returncode == 5, process.stderr
        layers, passwd, secret, allowed, network = json.loads(process.stdout)
        assert layers[0] == "bubblewrap"
        assert layers[-1] == "seccomp"
        assert passwd == secret == "FileNotFoundError:ENOENT"
        assert allowed == "done: 'allowed.txt'"
        assert network == "PermissionError:EPERM"
        assert os.read(reader, 7) == b"through"
        assert list(room.scratch.iterdir()) == []
        os.close(reader)


# -- the filter, as the kernel would run it ---------------------------------------------------------------


def verdict(machine: str, number: int, *args: int, may_abort: bool = True, arch: int | None = None) -> str:
    """Interpret the program for one system call."""
    program = list(struct.iter_unpack("=HBBI", confine._program(machine, may_abort)))
    data = struct.pack("=IIQ6Q", number, arch or confine.MACHINES[machine][1], 0, *(*args, *[0] * 6)[:6])
    place = accumulator = 0
    while True:
        code, if_true, if_false, k = program[place]
        place += 1
        if code == confine.LOAD:
            (accumulator,) = struct.unpack_from("=I", data, k)
        elif code == confine.AND:
            accumulator &= k
        elif code == confine.EQUAL:
            place += if_true if accumulator == k else if_false
        elif code == confine.AT_LEAST:
            place += if_true if accumulator >= k else if_false
        else:
            assert code == confine.RETURN
            return {confine.ALLOW: "allow", confine.KILL: "kill"}.get(k) or errno.errorcode[k & 0xFFFF]


X86, ARM = "x86_64", "aarch64"


@pytest.mark.parametrize(
    ("machine", "number", "args", "expected"),
    [
        (X86, 0, (), "allow"),  # read
        (ARM, 63, (), "allow"),
        (X86, 41, (), "EPERM"),  # socket
        (ARM, 198, (), "EPERM"),
        (X86, 59, (), "EPERM"),  # execve
        (ARM, 221, (), "EPERM"),
        (X86, 435, (), "ENOSYS"),  # clone3
        (ARM, 435, (), "ENOSYS"),
        (X86, 0x40000000, (), "ENOSYS"),  # read, by x32's number
        (X86, 56, (0x01200011,), "allow"),  # clone as fork does it, and as threads do
        (X86, 56, (0x003D0F00,), "allow"),
        (ARM, 220, (0x01200011,), "allow"),
        (ARM, 220, (0x003D0F00,), "allow"),
        (ARM, 56, (0, 0, os.O_RDONLY | os.O_TRUNC), "EPERM"),  # openat
        (ARM, 56, (0, 0, os.O_WRONLY | os.O_TRUNC | os.O_CREAT), "allow"),
        (ARM, 167, (1,), "EPERM"),  # prctl
        (ARM, 167, (15,), "allow"),
        (ARM, 131, (1, 1, 6), "allow"),  # tgkill
        (ARM, 131, (1, 1, 9), "EPERM"),
        (ARM, 129, (1, 6), "EPERM"),  # kill
        (ARM, 261, (0,), "allow"),  # prlimit64
        (ARM, 261, (1,), "EPERM"),
        (ARM, 25, (0, 8), "EPERM"),  # fcntl, F_SETOWN
        (ARM, 29, (0, 0x5412), "EPERM"),  # ioctl, TIOCSTI
    ],
)
def test_the_filter_decides(machine: str, number: int, args: tuple[int, ...], expected: str):
    assert verdict(machine, number, *args) == expected


@pytest.mark.parametrize(("machine", "clone"), [(X86, 56), (ARM, 220)])
@pytest.mark.parametrize("bit", [13, 15, 17, 25, 26, 27, 28, 29, 30])  # PTRACE, PARENT, and every NEW
def test_no_clone_leads_out(machine: str, clone: int, bit: int):
    assert verdict(machine, clone, 1 << bit | signal.SIGCHLD) == "EPERM"


@pytest.mark.parametrize("machine", [X86, ARM])
def test_calls_of_another_machine_end_the_process(machine: str):
    assert verdict(machine, 0, arch=0x40000003) == "kill"


@pytest.mark.parametrize(("machine", "tgkill"), [(X86, 234), (ARM, 131)])
def test_nobody_may_be_aborted_where_it_could_be_somebody_else(machine: str, tgkill: int):
    assert verdict(machine, tgkill, 1, 1, 6, may_abort=False) == "EPERM"


@pytest.mark.parametrize(
    ("machine", "header"),
    [(X86, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), (ARM, "/usr/include/asm-generic/unistd.h")],
)
def test_the_numbers_are_the_kernels(machine: str, header: str):
    if not Path(header).exists():
        pytest.skip(f"{header} is not installed")
    known = {
        name: int(number)
        for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    }
    known["newfstatat"] = known.get("newfstatat", known.get("fstatat", -1))
    column = confine.MACHINES[machine][0]
    ours = dict(row.split()[:: 1 + column][:2] for row in ",".join(confine.ALLOWED.values()).split(","))
    ours |= {name: str(row[0][column]) for name, row in (confine.IF_ARGUMENT | confine.ABORT).items()}

    wrong = {name: number for name, number in ours.items() if number not in ("-", "None", str(known.get(name)))}
    missing = {name for name, number in ours.items() if number in ("-", "None") and name in known}

    assert (wrong, missing) == ({}, set())
