"""Seccomp: the system calls in the tables below, and no others.

Why the tables list what is allowed and not what is denied: what numpy and the standard library call is known and
short; what kernels offer grows with each release. A line missing here is a PermissionError in one learner's
report; a line missing in a list of denials is a hole. It does not see paths: Landlock does.
"""

from __future__ import annotations

import errno
import os
import struct
import sys

from .libc import Libc

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
        epoll_wait 232 -, epoll_pwait 281 22, epoll_pwait2 441 441""",
    "memory (mmap: see below)": """
        brk 12 214, munmap 11 215, mremap 25 216, mprotect 10 226, madvise 28 233, msync 26 227""",
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

# Allowed if, for one row of conditions, (argument & mask) is one of the values in each. The kernel takes each of
# these arguments as 32 bits, or looks at no others.  call: (numbers, row of (argument, mask, values), another row ...)
Condition = tuple[int, int, tuple[int, ...]]
Rule = tuple[tuple[int | None, int | None], tuple[tuple[Condition, ...], ...]]
IF_ARGUMENT: dict[str, Rule] = {
    "clone": ((56, 220), (((0, NO_CLONE, (0,)),),)),
    "prlimit64": ((302, 261), (((0, 0xFFFF_FFFF, (0,)),),)),  # itself; others' limits are none of its business
    # Memory of its own, or a file that is only read: what a copy of this process could read is not written to.
    # MAP_TYPE is MAP_PRIVATE; or MAP_SHARED without MAP_ANONYMOUS and without PROT_WRITE.
    "mmap": ((9, 222), (((3, 0x0F, (2,)),), ((3, 0x2F, (1,)), (2, 2, (0,))))),
    # O_TRUNC without write access: before ABI 3, Landlock would let it empty a file that may be read.
    "open": ((2, None), (((1, 0x203, (0, 1, 2, 3, 0x201, 0x202)),),)),
    "openat": ((257, 56), (((2, 0x203, (0, 1, 2, 3, 0x201, 0x202)),),)),
    # F_DUPFD, F_[GS]ETFD, F_[GS]ETFL, F_DUPFD_CLOEXEC; not F_SETOWN and F_SETSIG, which send signals; no locks.
    "fcntl": ((72, 25), (((1, 0xFFFF_FFFF, (0, 1, 2, 3, 4, 1030)),),)),
    # TCGETS, TCGETS2, TIOCGWINSZ (is this a terminal?), FIONREAD, FIONBIO, FIONCLEX, FIOCLEX.
    "ioctl": ((16, 29), (((1, 0xFFFF_FFFF, (0x5401, 0x802C_542A, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),),)),
    # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA (malloc names its arenas).
    "prctl": ((157, 167), (((0, 0xFFFF_FFFF, (15, 16, 0x5356_4D41)),),)),
}
ABORT: dict[str, Rule] = {  # so that abort() is SIGABRT, where it can hit nobody else
    "tgkill": ((234, 131), (((2, 0xFFFF_FFFF, (6,)),),))
}

YOUNG = 424  # numbers from here on, one series on every machine, came after 2018: a C library can do without

# Classic BPF; a jump counts from the next line.
LOAD, AND, JUMP, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
NUMBER, ARCH, ARGUMENTS = 0, 4, 16  # where they lie in struct seccomp_data; of an argument the low half comes first
ALLOW, KILL, ERRNO = 0x7FFF_0000, 0x8000_0000, 0x0005_0000


def restrict_calls(libc: Libc, may_abort: bool) -> None:
    """Let through the calls of the tables, and no others."""
    import ctypes

    machine = os.uname().machine
    if machine not in MACHINES or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        raise OSError(errno.EOPNOTSUPP, f"there is no table of system calls for {machine}")
    program = ctypes.create_string_buffer(filter_program(machine, may_abort))
    fprog = struct.pack("HP", len(program) // 8, ctypes.addressof(program))
    set_mode_filter, spec_allow = 1, 4  # no secret in here is worth slowing numpy down for
    libc.call("syscall", SYS_SECCOMP[MACHINES[machine][0]], set_mode_filter, spec_allow, fprog)


def filter_program(machine: str, may_abort: bool) -> bytes:
    """Translate the tables for a machine."""
    column, arch = MACHINES[machine]
    lines = [(LOAD, 0, 0, ARCH), (EQUAL, 1, 0, arch), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    for row in ",".join(ALLOWED.values()).split(","):
        number = row.split()[1 + column]
        if number != "-":
            lines += [(EQUAL, 0, 1, int(number)), (RETURN, 0, 0, ALLOW)]
    for numbers, rows in (IF_ARGUMENT | (ABORT if may_abort else {})).values():
        if (conditional := numbers[column]) is not None:
            body = [line for row in rows for line in _if_all(row)] + [(RETURN, 0, 0, ERRNO | errno.EPERM)]
            lines += [(EQUAL, 0, len(body), conditional), *body]
    # clone3 is young: its flags cannot be seen from here, and libc turns to clone. So are x32's numbers.
    lines += [(AT_LEAST, 0, 1, YOUNG), (RETURN, 0, 0, ERRNO | errno.ENOSYS), (RETURN, 0, 0, ERRNO | errno.EPERM)]
    return b"".join(struct.pack("=HBBI", *line) for line in lines)


def _if_all(row: tuple[Condition, ...]) -> list[tuple[int, int, int, int]]:
    """Return lines that let a call through where all conditions hold, and go on behind the last line where not."""
    lines = [(RETURN, 0, 0, ALLOW)]
    for argument, mask, values in reversed(row):
        one_of = [(EQUAL, len(values) - number, 0, value) for number, value in enumerate(values)]
        lines = [(LOAD, 0, 0, ARGUMENTS + 8 * argument), (AND, 0, 0, mask), *one_of, (JUMP, 0, 0, len(lines)), *lines]
    return lines
