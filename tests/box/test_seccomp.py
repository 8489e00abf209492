"""The filter, interpreted as the kernel would run it."""

from __future__ import annotations

import errno
import os
import re
import signal
import struct
import sys
from pathlib import Path

import pytest
from confined import Room, Setting

from grader.box.confine import seccomp

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")


def test_an_unknown_machine_is_an_error(my_room: Room):
    my_room.setting = Setting("machine", sys.executable, None, "confine.seccomp.MACHINES.clear()")

    assert "ConfineError: seccomp: there is no table of system calls" in my_room.run("say('not reached')").err


def verdict(machine: str, number: int, *args: int, may_abort: bool = True, arch: int | None = None) -> str:
    """Interpret the program for one system call."""
    program = list(struct.iter_unpack("=HBBI", seccomp.filter_program(machine, may_abort)))
    data = struct.pack("=IIQ6Q", number, arch or seccomp.MACHINES[machine][1], 0, *(*args, *[0] * 6)[:6])
    place = accumulator = 0
    while True:
        code, if_true, if_false, k = program[place]
        place += 1
        if code == seccomp.LOAD:
            (accumulator,) = struct.unpack_from("=I", data, k)
        elif code == seccomp.AND:
            accumulator &= k
        elif code == seccomp.JUMP:
            place += k
        elif code == seccomp.EQUAL:
            place += if_true if accumulator == k else if_false
        elif code == seccomp.AT_LEAST:
            place += if_true if accumulator >= k else if_false
        else:
            assert code == seccomp.RETURN
            return {seccomp.ALLOW: "allow", seccomp.KILL: "kill"}.get(k) or errno.errorcode[k & 0xFFFF]


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
        (X86, 9, (0, 4096, 3, 0x22), "allow"),  # mmap: memory of its own
        (ARM, 222, (0, 4096, 5, 0x802), "allow"),  # a library
        (X86, 9, (0, 4096, 1, 0x01), "allow"),  # a file that is only read
        (X86, 9, (0, 4096, 3, 0x01), "EPERM"),  # a file that is written
        (ARM, 222, (0, 4096, 3, 0x21), "EPERM"),  # memory that processes share
        (X86, 9, (0, 4096, 1, 0x21), "EPERM"),  # mprotect could let it be written
        (X86, 9, (0, 4096, 3, 0x03), "EPERM"),  # MAP_SHARED_VALIDATE
        (X86, 9, (0, 4096, 1, 0x03), "EPERM"),
        (X86, 290, (0, 0), "EPERM"),  # eventfd2
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
    column = seccomp.MACHINES[machine][0]
    ours = dict(row.split()[:: 1 + column][:2] for row in ",".join(seccomp.ALLOWED.values()).split(","))
    ours |= {name: str(row[0][column]) for name, row in (seccomp.IF_ARGUMENT | seccomp.ABORT).items()}

    wrong = {name: number for name, number in ours.items() if number not in ("-", "None", str(known.get(name)))}
    missing = {name for name, number in ours.items() if number in ("-", "None") and name in known}

    assert (wrong, missing) == ({}, set())
