"""Confine the process that a learner's code is about to run in: limits and isolation, by layers.

The process puts every layer on itself, for good, before a line of the learner's code is loaded. None needs
root, a daemon or a package. At the level ``kernel``, in this order:

    namespaces       processes, network, shared memory and mounts of its own, where the kernel lets an account
                     have them: what is left behind dies with the box, and the scratch folder has a bound
    account          root turns into an account that owns nothing, so that file permissions and the limit on
                     processes hold for it; every capability is given up
    limits           memory, processor time, file size, processes, open files; no core dumps
    no-new-privs     no program can give back what was given up
    landlock         files: read what the policy lists, write the scratch folder, run nothing
    seccomp          system calls: those in the table below and no others

``bwrap`` puts the same on inside bubblewrap, whose file system does not hold the rest. ``limits`` is the limits
alone: a guard rail, not a wall.

Why the table lists what is allowed and not what is denied: what numpy and the standard library call is known and
short; what kernels offer grows with each release. A line missing here is a PermissionError in one learner's
report; a line missing in a list of denials is a hole. Each of the last two layers covers what the other cannot:
seccomp does not see paths; Landlock does not govern chmod, times and attributes, nor signals before ABI 6, nor
truncation before ABI 3.

No layer prevents: asking whether a guessed path exists, how large and how old it is; using processor time up to
the limit; using memory in several processes at once (but the box is what the kernel sacrifices first).

Standard library only, in one file: the box loads it by itself. Importing it calls nothing in the kernel.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import stat
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn

if sys.platform != "win32":
    import resource


class Level(StrEnum):
    """How strongly a box is confined, the strongest first."""

    BWRAP = "bwrap"
    KERNEL = "kernel"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a box may use.

    Attributes:
        scratch: the one folder to write in, empty: where mounts are to be had, a file system in memory covers it.
        readable: files, and folders with all that is in them. What does not exist grants nothing.
        memory_mb: MiB of memory for each process, beyond what it holds when it is confined.
        cpu_s: seconds of processor time for each process.
        file_mb: MiB for each file, and four times that for all of a scratch folder in memory.
        processes: how many processes and threads besides the first.
        open_files: how many open files for each process.
    """

    scratch: str
    readable: tuple[str, ...]
    memory_mb: int
    cpu_s: int
    file_mb: int
    processes: int
    open_files: int


class ConfineError(Exception):
    """A layer that the level cannot do without is not to be had; the text names it and says why."""


def confine(level: Level, policy: Policy) -> tuple[str, ...]:
    """Confine this process and all that come from it, for good.

    Above ``limits``, it stands in the scratch folder afterwards. With namespaces, the caller goes on in a child
    process that is number 1 of its own process table: nothing in the box can kill it, and it has to reap orphans.
    The process that was started waits outside with no file open; it ends as the child ends, and takes the child
    along when it is killed. Above ``limits``, the box also dies with the thread that started it.

    Inherited sockets go on working; they should be connected streams, since a datagram can go to other addresses.

    Returns:
        What is in force, such as ``("limits:cpu,memory", "landlock-7")``.

    Raises:
        ConfineError: a layer that the level promises is not to be had. The process may be half confined.
    """
    if level is not Level.LIMITS:
        return _isolate(policy, in_bwrap=level is Level.BWRAP)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return _limit(policy, None if is_root else _tasks_of_account())


def _isolate(policy: Policy, in_bwrap: bool) -> tuple[str, ...]:
    if not sys.platform.startswith("linux"):
        raise ConfineError("landlock: this needs Linux")
    with _layer("threads"):
        if len(list(Path("/proc/self/task").iterdir())) != 1:
            raise OSError(errno.EBUSY, "other threads are running already, and would stay outside")
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go where memory runs out
    libc = _Libc()
    names, orphaned = _require_bare_root(policy) if in_bwrap else _enter_namespaces(libc, policy)
    isolated = bool(names)  # no process of other people has a number in here
    with _layer("account"):
        os.chdir(policy.scratch)
        names += _give_up_privileges(libc, policy)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of account would undo it
        libc.prctl(PR_SET_DUMPABLE, 0)
    if orphaned():
        os._exit(1)
    with _layer("limits"):
        # A user namespace counts for itself: this process, and the one that waits outside.
        counted = 1 if "own-account" in names else 2 if names[0].startswith("namespaces:user") else None
        names += _limit(policy, counted or _tasks_of_account(), indispensable=True)
    with _layer("no-new-privs"):
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1)
        names += ("no-new-privs",)
    abi = 0
    with _layer("landlock", optional=in_bwrap):
        abi = _restrict_files(libc, policy)
        names += (f"landlock-{abi}",)
    with _layer("seccomp", optional=in_bwrap):
        _restrict_calls(libc, may_abort=isolated or abi >= WITH_SIGNALS)
        names += ("seccomp",)
    return names


def available(level: Level) -> str | None:
    """Say in one sentence why a level cannot be had here, after trying it in a process of its own; None if it can."""
    if level is Level.LIMITS:
        return None
    if not sys.platform.startswith("linux"):
        return f"the level {level} needs Linux"
    import shutil
    import subprocess
    import tempfile

    if level is Level.BWRAP and shutil.which("bwrap") is None:
        return "bubblewrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
    with tempfile.TemporaryDirectory(prefix="grade-") as scratch:
        command = [sys.executable, "-I", "-S", str(Path(__file__).resolve()), level, scratch]
        if level is Level.BWRAP:
            command = bwrap_command(_trial(scratch), command)
        try:
            trial = subprocess.run(command, capture_output=True, text=True, timeout=20)  # noqa: S603 - all of it is ours
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"the level {level} could not be tried: {error}"
    if trial.returncode == 0:
        return None
    return (trial.stderr.strip() or f"the trial of {level} ended with {trial.returncode}").splitlines()[-1]


def interpreter_files() -> tuple[str, ...]:
    """Return what Python itself has to read: the executable, the standard library and the shared libraries."""
    import sysconfig

    own = (sys.executable, os.path.realpath(sys.executable), f"{sys.prefix}/pyvenv.cfg")
    return (*own, str(Path(sysconfig.get_path("stdlib")).parent), *SHARED_LIBRARIES)


def bwrap_command(policy: Policy, command: Sequence[str]) -> list[str]:
    """Wrap a command in bubblewrap 0.7 or later: it sees the readable files, Python, this folder and scratch.

    Inherited descriptors and the environment pass through. ``confine`` has to be called in there. A command that
    a signal ended is reported as the exit code 128 + signal.
    """
    spaces = ["--unshare-all"]
    if os.geteuid() == 0:  # a user namespace would keep it root; the account layer needs these, and gives them up
        needed = ("CHOWN", "DAC_READ_SEARCH", "SETGID", "SETPCAP", "SETUID")
        spaces = [f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts")]
        spaces += [word for name in needed for word in ("--cap-add", f"CAP_{name}")]
    files = dict.fromkeys((*interpreter_files(), str(Path(__file__).resolve().parent), *policy.readable))
    binds = [word for path in files for word in ("--ro-bind-try", path, path)]
    binds += [word for path in DEVICES for word in ("--dev-bind-try", path, path)]
    scratch = ["--size", str(_scratch_mb(policy) << 20), "--tmpfs", policy.scratch, "--chdir", policy.scratch]
    life = ["--die-with-parent", "--new-session"]
    return ["bwrap", *spaces, *life, "--proc", "/proc", *binds, *scratch, "--remount-ro", "/", "--", *command]


# -- limits -----------------------------------------------------------------------------------------------


def _limit(policy: Policy, tasks: int | None, indispensable: bool = False) -> tuple[str, ...]:
    """Set the resource limits; ``tasks`` is what its account runs now, None where that limit would not hold.

    Address space stands for memory: a process can be held to no more without a control group.
    """
    if sys.platform == "win32":
        return ()
    held = _address_space()
    wanted = {
        "memory": (resource.RLIMIT_AS, None if held is None else held + (policy.memory_mb << 20)),
        "cpu": (resource.RLIMIT_CPU, policy.cpu_s),
        "file-size": (resource.RLIMIT_FSIZE, policy.file_mb << 20),
        "processes": (resource.RLIMIT_NPROC, None if tasks is None else tasks + policy.processes),
        "open-files": (resource.RLIMIT_NOFILE, policy.open_files),
    }
    for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE"):
        if hasattr(resource, name):
            _set_limit(getattr(resource, name), 0)
    names = [name for name, (kind, amount) in wanted.items() if amount is not None and _set_limit(kind, amount)]
    if indispensable and len(names) < len(wanted):
        raise OSError(errno.EPERM, f"{', '.join(sorted(wanted.keys() - names))} cannot be limited")
    return (f"limits:{','.join(names)}",)


def _set_limit(kind: int, soft: int) -> bool:
    highest = resource.getrlimit(kind)[1]
    hard = soft + 1 if kind == resource.RLIMIT_CPU else soft  # SIGXCPU, which can be ignored; a second later SIGKILL
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):
        return False
    return True


def _address_space() -> int | None:
    """Return how many bytes are mapped now; None on systems that would not enforce a limit on them."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return None


def _tasks_of_account() -> int | None:
    """Count what the limit on processes counts: an account's processes and threads; None if they cannot be seen."""
    if sys.platform == "win32":
        return None
    if not sys.platform.startswith("linux"):
        import subprocess

        try:
            users = subprocess.run(["/bin/ps", "-axo", "uid="], capture_output=True, text=True, check=True, timeout=5)
        except (OSError, subprocess.SubprocessError):
            return None
        return users.stdout.split().count(str(os.getuid()))
    total, account = 0, str(os.getuid()).encode()
    for entry in os.scandir("/proc"):
        with contextlib.suppress(OSError):  # it has just ended, or is no process
            status = Path(entry.path, "status").read_bytes() if entry.name.isdigit() else b""
            user, threads = (status.partition(key)[2].split(None, 1) for key in (b"\nUid:", b"\nThreads:"))
            if user and user[0] == account:
                total += int(threads[0])
    return total or None


# -- namespaces -------------------------------------------------------------------------------------------

NAMESPACES = {
    "user": 0x1000_0000,  # CLONE_NEWUSER, and so on; it lets an account have the others
    "pid": 0x2000_0000,
    "net": 0x4000_0000,
    "ipc": 0x0800_0000,
    "mount": 0x0002_0000,
}
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x4_0000
Orphaned = Callable[[], bool]  # has the process ended that this one must not outlive?


def _enter_namespaces(libc: _Libc, policy: Policy) -> tuple[tuple[str, ...], Orphaned]:
    """Go on in a child in namespaces of its own, and say which they are: all, or none where the kernel refuses."""
    user, group, parent = os.geteuid(), os.getegid(), os.getppid()
    kinds = [kind for kind in NAMESPACES if kind != "user" or user != 0]  # in one of those root would stay root
    try:
        libc.call("unshare", sum(NAMESPACES[kind] for kind in kinds))
    except OSError:
        return (), lambda: os.getppid() != parent
    can_mount = "mount" in kinds  # otherwise it would be the machine's own mounts that change
    try:
        if "user" in kinds:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:  # Ubuntu's AppArmor: an account without a number inside, which owns no file system
        can_mount = False
    with _layer("namespaces"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        life, held_outside = os.pipe()
        if child := os.fork():
            _wait_outside(libc, child, held_outside)
        os.close(held_outside)
        os.set_blocking(life, False)
        cover = _cover_scratch(libc, policy) if can_mount else ()
        return (f"namespaces:{','.join(kinds)}", *cover), lambda: _has_hung_up(life)


def _has_hung_up(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False
    finally:
        os.close(pipe)


def _wait_outside(libc: _Libc, child: int, held: int) -> NoReturn:
    """Be the box's handle: hold nothing but one end of a pipe, and end as the child ends."""
    os.dup2(held, 0)
    os.closerange(1, 1 << 16)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        libc.prctl(PR_SET_DUMPABLE, 0)  # one report of a crash is enough
        with contextlib.suppress(OSError):  # SIGKILL's handling cannot be set
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _cover_scratch(libc: _Libc, policy: Policy) -> tuple[str, ...]:
    """Mount an empty file system in memory over the scratch folder, which bounds it and vanishes with the box."""
    options = f"size={_scratch_mb(policy)}m,nr_inodes=4096,mode=0700".encode()
    try:
        libc.call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
        libc.call("mount", b"tmpfs", os.fsencode(policy.scratch), b"tmpfs", flags, options)
    except OSError:
        return ()
    return (f"scratch-in-memory:{_scratch_mb(policy)}MiB",)


def _scratch_mb(policy: Policy) -> int:
    return 4 * policy.file_mb


def _require_bare_root(policy: Policy) -> tuple[tuple[str, ...], Orphaned]:
    """Make sure that this is bubblewrap's file system, with nothing in it but what was asked for."""
    parent = os.getppid()
    with _layer("bubblewrap"):
        asked_for = (*policy.readable, *interpreter_files(), *DEVICES, __file__, policy.scratch, "/proc")
        extra = {path.name for path in Path("/").iterdir()} - {Path(path).absolute().parts[1] for path in asked_for}
        if extra:
            raise OSError(errno.EPERM, f"this file system holds more than was asked for: /{min(extra)}")
    return ("bubblewrap",), lambda: os.getppid() != parent


# -- the account ------------------------------------------------------------------------------------------

OWN_ACCOUNTS = 0x7800_0000  # the first of 2**24: above what systemd and directory services hand out
NOBODY = 65534
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x2008_0522
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 1, 4, 8, 24, 38


def _give_up_privileges(libc: _Libc, policy: Policy) -> tuple[str, ...]:
    """Turn root into another account, give up every capability, and say what is left.

    One capability may stay: to read where permissions forbid it, if Python itself lies in such a place, say /root.
    Which files that is good for is up to Landlock.
    """
    needed = [path for path in map(Path, (policy.scratch, *policy.readable)) if path.exists()]
    with contextlib.suppress(OSError):  # past the last one; and who may not drop them has none
        for capability in range(64):
            libc.prctl(PR_CAPBSET_DROP, capability)
    names, kept = [], 0
    if os.geteuid() == 0:
        libc.prctl(PR_SET_KEEPCAPS, 1)
        names.append(_leave_root(policy.scratch))
        if not all(os.access(path, os.R_OK, effective_ids=True) for path in needed):
            kept = 1 << CAP_DAC_READ_SEARCH
    libc.call("capset", struct.pack("=Ii", CAPABILITY_VERSION_3, 0), struct.pack("=6I", kept, kept, 0, 0, 0, 0))
    return (*names, "one-capability:read" if kept else "no-capabilities")


def _leave_root(scratch: str) -> str:
    own = OWN_ACCOUNTS + int.from_bytes(os.urandom(3))
    for other, kind in ((own, "own-account"), (NOBODY, "nobody")):  # a container may not have the first
        try:
            os.setgroups([])
            os.setresgid(other, other, other)
            os.chown(scratch, other, other)
            os.setresuid(other, other, other)
        except OSError as error:
            reason = error
        else:
            return kind
    if Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]:
        # The kernel exempts this root from the limit on processes: a fork bomb would go off.
        raise OSError(reason.errno, f"root cannot become another account ({reason.strerror}); start without root")
    return "root-in-name"


# -- landlock: files --------------------------------------------------------------------------------------

SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446  # on every machine
CREATE_RULESET_VERSION, RULE_PATH_BENEATH, LOG_SAME_EXEC_OFF = 1, 1, 1
WITH_REFER, WITH_TRUNCATE, WITH_TCP, WITH_DEVICES, WITH_SIGNALS, WITH_LOG, NEWEST = 2, 3, 4, 5, 6, 7, 7  # since ABI
BIND_AND_CONNECT_TCP = ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# EXECUTE (bit 0) governs starting programs, not mapping a library: nothing is granted it. No links, pipes, sockets
# and devices (bits 6, 9 to 12) in scratch either: whoever looks into it from outside could stumble over them.
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, REFER, TRUNCATE, IOCTL_DEV = 1 << 7, 1 << 8, 1 << 13, 1 << 14, 1 << 15
ON_FILES = WRITE_FILE | READ_FILE | TRUNCATE
READ = READ_FILE | READ_DIR
READ_AND_WRITE = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")  # imports load some of them later


def _restrict_files(libc: _Libc, policy: Policy) -> int:
    """Enforce the policy on files, and return the version of Landlock that does."""
    ruleset, handled, abi = _create_ruleset(libc)
    grants = dict.fromkeys((*SHARED_LIBRARIES, *policy.readable), READ)
    grants |= dict.fromkeys(DEVICES, READ_FILE | WRITE_FILE) | {policy.scratch: READ_AND_WRITE}
    for path, rights in grants.items():
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            if path == policy.scratch:
                raise
            continue
        rights &= handled if stat.S_ISDIR(os.fstat(fd).st_mode) else handled & ON_FILES
        libc.call("syscall", SYS_LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
        os.close(fd)
    libc.call("syscall", SYS_LANDLOCK_RESTRICT_SELF, ruleset, LOG_SAME_EXEC_OFF if abi >= WITH_LOG else 0)
    os.close(ruleset)
    return abi


def _create_ruleset(libc: _Libc) -> tuple[int, int, int]:
    """Return a ruleset that handles all that the kernel knows, what that is for files, and the version."""
    offered = libc.call("syscall", SYS_LANDLOCK_CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    for abi in range(min(offered, NEWEST), 0, -1):
        handled = (1 << 13) - 1
        for since, right in ((WITH_REFER, REFER), (WITH_TRUNCATE, TRUNCATE), (WITH_DEVICES, IOCTL_DEV)):
            handled |= right if abi >= since else 0
        fields = [handled, BIND_AND_CONNECT_TCP, ABSTRACT_SOCKETS_AND_SIGNALS]
        del fields[1 + (abi >= WITH_TCP) + (abi >= WITH_SIGNALS) :]
        attributes = struct.pack(f"={len(fields)}Q", *fields)
        try:
            return libc.call("syscall", SYS_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0), handled, abi
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.E2BIG):  # RHEL 9 says 6, and does not know signals
                raise
    raise OSError(errno.EOPNOTSUPP, "the kernel takes no ruleset")


# -- seccomp: system calls --------------------------------------------------------------------------------

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # its column in the table, its AUDIT_ARCH
SYS_SECCOMP = (317, 277)

# Every system call that is allowed, with its number on x86_64 and on aarch64 ("-": there is none).
ALLOWED = {
    "what is open": """
        read 0 63, write 1 64, readv 19 65, writev 20 66, pread64 17 67, pwrite64 18 68, preadv 295 69,
        pwritev 296 70, preadv2 327 286, pwritev2 328 287, lseek 8 62, fstat 5 80, ftruncate 77 46, fallocate 285 47,
        fadvise64 221 223, fsync 74 82, fdatasync 75 83, sendfile 40 71, copy_file_range 326 285, close 3 57,
        close_range 436 436, dup 32 23, dup2 33 -, dup3 292 24, pipe 22 -, pipe2 293 59""",
    "files by name (Landlock decides which)": """
        creat 85 -, stat 4 -, lstat 6 -, newfstatat 262 79, statx 332 291, statfs 137 43, fstatfs 138 44, access 21 -,
        faccessat 269 48, faccessat2 439 439, readlink 89 -, readlinkat 267 78, getcwd 79 17, chdir 80 49,
        fchdir 81 50, getdents 78 -, getdents64 217 61, mkdir 83 -, mkdirat 258 34, rmdir 84 -, unlink 87 -,
        unlinkat 263 35, rename 82 -, renameat 264 38, renameat2 316 276, umask 95 166""",
    "sockets that are open (none can be made, and a connected stream takes no other address)": """
        sendto 44 206, recvfrom 45 207, sendmsg 46 211, recvmsg 47 212, shutdown 48 210, getsockname 51 204,
        getpeername 52 205, getsockopt 55 209""",
    "waiting": """
        poll 7 -, ppoll 271 73, select 23 -, pselect6 270 72, epoll_create1 291 20, epoll_ctl 233 21,
        epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441, eventfd2 290 19""",
    "memory": "brk 12 214, mmap 9 222, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227",
    "processes and threads (clone and tgkill: see below)": """
        fork 57 -, vfork 58 -, wait4 61 260, waitid 247 95, exit 60 93, exit_group 231 94, futex 202 98,
        set_robust_list 273 99, set_tid_address 218 96, rseq 334 293, membarrier 324 283, arch_prctl 158 -,
        sched_yield 24 124, sched_getaffinity 204 123, sched_getparam 143 121, sched_getscheduler 145 120,
        sched_setaffinity 203 122,
        sched_get_priority_max 146 125, sched_get_priority_min 147 126, getcpu 309 168""",
    "signals to oneself": """
        rt_sigaction 13 134, rt_sigprocmask 14 135, rt_sigreturn 15 139, rt_sigpending 127 136, rt_sigsuspend 130 133,
        rt_sigtimedwait 128 137, sigaltstack 131 132, restart_syscall 219 128, alarm 37 -, pause 34 -,
        getitimer 36 102, setitimer 38 103""",
    "time": """
        time 201 -, gettimeofday 96 169, clock_gettime 228 113, clock_getres 229 114, clock_nanosleep 230 115,
        nanosleep 35 101, times 100 153""",
    "who and where am I": """
        getpid 39 172, gettid 186 178, getppid 110 173, getpgrp 111 -, getpgid 121 155, getsid 124 156, getuid 102 174,
        geteuid 107 175, getgid 104 176, getegid 108 177, getresuid 118 148, getresgid 120 150, getgroups 115 158,
        uname 63 160, sysinfo 99 179, getrusage 98 165, getrlimit 97 163, setrlimit 160 164, getrandom 318 278""",
}

NO_CLONE = 0x7E02_0000 | 0x2000 | 0x8000  # CLONE_NEW*, CLONE_PTRACE, CLONE_PARENT

# Allowed if (argument & mask) is one of the values. The kernel takes each of these arguments as 32 bits.
# call: (numbers, argument, mask, values)
IF_ARGUMENT = {
    "clone": ((56, 220), 0, NO_CLONE, (0,)),
    "prlimit64": ((302, 261), 0, 0xFFFF_FFFF, (0,)),  # itself; limits of other processes are none of its business
    # O_TRUNC without write access: before ABI 3, Landlock would let it empty a file that may be read.
    "open": ((2, None), 1, 0x203, (0, 1, 2, 3, 0x201, 0x202)),
    "openat": ((257, 56), 2, 0x203, (0, 1, 2, 3, 0x201, 0x202)),
    # F_DUPFD, F_[GS]ETFD, F_[GS]ETFL, F_DUPFD_CLOEXEC; not F_SETOWN and F_SETSIG, which send signals; no locks.
    "fcntl": ((72, 25), 1, 0xFFFF_FFFF, (0, 1, 2, 3, 4, 1030)),
    # TCGETS, TCGETS2, TIOCGWINSZ (is this a terminal?), FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
    "ioctl": ((16, 29), 1, 0xFFFF_FFFF, (0x5401, 0x802C_542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (malloc names its arenas).
    "prctl": ((157, 167), 0, 0xFFFF_FFFF, (15, 16, 0x5356_4D41)),
}
ABORT = {"tgkill": ((234, 131), 2, 0xFFFF_FFFF, (6,))}  # so that abort() is SIGABRT, where it can hit nobody else

YOUNG = 424  # numbers from here on, one series on every machine, came after 2018: a C library can do without

LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # classic BPF; a jump counts from the next line
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # where they lie in struct seccomp_data; of an argument the low half comes first
ALLOW, KILL, ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000


def _restrict_calls(libc: _Libc, may_abort: bool) -> None:
    """Let through the calls of the tables, and no others."""
    import ctypes

    machine = os.uname().machine
    if machine not in MACHINES or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        raise OSError(errno.EOPNOTSUPP, f"there is no table of system calls for {machine}")
    program = ctypes.create_string_buffer(_program(machine, may_abort))
    fprog = struct.pack("HP", len(program) // 8, ctypes.addressof(program))
    set_mode_filter, spec_allow = 1, 4  # no secret in here is worth slowing numpy down for
    libc.call("syscall", SYS_SECCOMP[MACHINES[machine][0]], set_mode_filter, spec_allow, fprog)


def _program(machine: str, may_abort: bool) -> bytes:
    """Translate the tables for a machine."""
    column, arch = MACHINES[machine]
    lines = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    for row in ",".join(ALLOWED.values()).split(","):
        number = row.split()[1 + column]
        if number != "-":
            lines += [(EQUAL, 0, 1, int(number)), (RETURN, 0, 0, ALLOW)]
    for numbers, argument, mask, values in (IF_ARGUMENT | (ABORT if may_abort else {})).values():
        if (conditional := numbers[column]) is not None:
            body = [(LOAD, 0, 0, ARGUMENTS + 8 * argument), (AND, 0, 0, mask)]
            for value in values:
                body += [(EQUAL, 0, 1, value), (RETURN, 0, 0, ALLOW)]
            body.append((RETURN, 0, 0, ERRNO | errno.EPERM))
            lines += [(EQUAL, 0, len(body), conditional), *body]
    # clone3 is young: its flags cannot be seen from here, and libc turns to clone. So are x32's numbers.
    lines += [(AT_LEAST, 0, 1, YOUNG), (RETURN, 0, 0, ERRNO | errno.ENOSYS), (RETURN, 0, 0, ERRNO | errno.EPERM)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


# -- the C library ----------------------------------------------------------------------------------------


class _Libc:
    """Calls into the C library; one that fails is an OSError."""

    def __init__(self) -> None:
        import ctypes

        self._ctypes, self._libc = ctypes, ctypes.CDLL(None, use_errno=True)

    def call(self, name: str, *args: int | bytes | None) -> int:
        """Call a function that returns -1 where it fails."""
        long = self._ctypes.c_long
        result = getattr(self._libc, name)(*(long(arg) if isinstance(arg, int) else arg for arg in args))
        if result == -1:
            number = self._ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return int(result)

    def prctl(self, option: int, value: int) -> None:
        """Change a property of this process; the kernel wants the unused arguments to be 0."""
        self.call("prctl", option, value, 0, 0, 0)


@contextlib.contextmanager
def _layer(name: str, optional: bool = False) -> Iterator[None]:
    """Name the layer that cannot be had, or go without an optional one."""
    try:
        yield
    except OSError as error:
        if not optional:
            raise ConfineError(f"{name}: {error.strerror}") from error


def _trial(scratch: str) -> Policy:
    return Policy(scratch, interpreter_files(), memory_mb=256, cpu_s=10, file_mb=1, processes=8, open_files=64)


if __name__ == "__main__":  # what available() starts
    try:
        print(*confine(Level(sys.argv[1]), _trial(sys.argv[2])))
    except ConfineError as error:
        sys.exit(str(error))
