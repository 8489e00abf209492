"""All layers together, tried from inside by real processes: what they refuse, what still works, and who says so."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from confined import SETTINGS, Room, Setting, kernel_permits_namespaces, new_room

from grader.box import confine
from grader.box.confine.seccomp import MACHINES, SYS_SECCOMP

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")

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
    "share memory": "__import__('mmap').mmap(-1, 4096)",
    "share memory that is not written yet": "__import__('mmap').mmap(-1, 4096, prot=1)",
    "map a file to write it": "(open('f', 'wb').write(b' ' * 9), __import__('mmap').mmap(os.open('f', 2), 9))",
    "share memory by a name": "__import__('_posixshmem').shm_open('/grade', os.O_RDWR | os.O_CREAT, 0o600)",
    "map a device": "os.open('/dev/zero', os.O_RDWR)",
    "an event": "os.eventfd(0)",
    "a queue of messages": "call('mq_open', b'/queue', 0o102, 0o600, None)",
    "a named semaphore": "__import__('_multiprocessing').SemLock(0, 1, 1, '/semaphore', True)",
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


# -- what cannot be had -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "layer"), [(444, "landlock"), (446, "landlock"), ("seccomp", "seccomp")])
def test_a_layer_that_is_not_to_be_had_is_named(my_room: Room, number: int | str, layer: str):
    number = SYS_SECCOMP[MACHINES[os.uname().machine][0]] if number == "seccomp" else number
    my_room.setting = Setting("denied", sys.executable, None, f"denied_before({number})")

    result = my_room.run("say('not reached')")

    assert f"ConfineError: {layer}: Operation not permitted" in result.err


def test_threads_that_run_already_are_an_error(my_room: Room):
    early = "threading.Thread(target=time.sleep, args=(5,), daemon=True).start()"
    my_room.setting = Setting("threads", sys.executable, None, early)

    assert "ConfineError: threads: other threads are running already" in my_room.run("say('not reached')").err


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
    sys.path.insert(0, os.path.dirname(os.path.dirname({path!r})))
    import confine
    print("ctypes" in sys.modules, confine.confine(confine.Level.LIMITS, confine.Policy(".", (), 1, 1, 1, 1, 1)))
    print(confine.available(confine.Level.KERNEL))
    """
    code = textwrap.dedent(pretend.format(path=confine.__file__))

    said = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.splitlines() == ["False ()", "the level kernel needs Linux"]
