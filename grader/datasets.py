"""MNIST, from the package itself: no network.

The packed arrays are unpacked once into the user's cache, so that every box can map them into memory without
copying. A cache that was damaged is unpacked again. numpy is imported late: where the files are is asked before
the box is started, and the box starts before numpy is imported here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from grader.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Pair = tuple[Array, Array]

PACKED = Path(__file__).parent / "data" / "mnist.npz"
NAMES = ("x_train", "t_train", "x_test", "t_test")
CHUNK = 1 << 20  # bytes
MAX_NOTED = 4096  # bytes
NOTED = "written.json"  # the size, time and sum of each file when it was written
ENVIRONMENT = "GRADE_CACHE"  # a folder to use in place of the user's cache


def load_mnist(normalize: bool = True, flatten: bool = True, one_hot_label: bool = False) -> tuple[Pair, Pair]:
    """Return the 60,000 images to train on and the 10,000 to test with, each with its labels.

    Args:
        normalize: images as float32 from 0 to 1; else as uint8 from 0 to 255.
        flatten: images of shape (N, 784); else (N, 1, 28, 28).
        one_hot_label: labels of shape (N, 10), uint8; else integers, shape (N,), uint8.

    Returns:
        ``(x_train, t_train), (x_test, t_test)``.

    Raises:
        DataError: the cache cannot be written.

    Source: section 3.6.1 for the signature; Y. LeCun and C. Cortes, the MNIST database, for the data.
    """
    import numpy as np

    files = mnist_files()
    raw = {name: np.load(files[name], mmap_mode="r", allow_pickle=False) for name in NAMES}

    def images(x: Array) -> Array:
        x = x if flatten else x.reshape(-1, 1, 28, 28)
        return x.astype(np.float32) / np.float32(255) if normalize else np.array(x)

    def labels(t: Array) -> Array:
        return np.eye(10, dtype=np.uint8)[t] if one_hot_label else np.array(t)

    return (images(raw["x_train"]), labels(raw["t_train"])), (images(raw["x_test"]), labels(raw["t_test"]))


def mnist_files() -> Mapping[str, Path]:
    """Return the unpacked arrays by name, each an ``.npy`` file of uint8: images (N, 784), labels (N,).

    Raises:
        DataError: the cache cannot be written.
    """
    folder = cache_folder() / f"mnist-{packed_digest()[:16]}"
    files = {name: folder / f"{name}.npy" for name in NAMES}
    if not is_whole(folder, files):
        unpack(folder, files)
    return files


def cache_folder() -> Path:
    """Return the folder that may be deleted at any time."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else user_cache_path("dlfs-grader")


def packed_digest() -> str:
    """Return what names the packed data: its size and the sums that the zip format keeps of each member."""
    import zipfile

    try:
        with zipfile.ZipFile(PACKED) as archive:
            sums = [(info.filename, info.CRC, info.file_size) for info in archive.infolist()]
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{PACKED}: {error}; install the package again") from error
    return hashlib.sha256(repr(sums).encode()).hexdigest()


def is_whole(folder: Path, files: Mapping[str, Path]) -> bool:
    """Return whether all arrays are there, of the size and the time that were noted when they were written."""
    try:
        noted = read_noted(folder)
        return all(noted[name][:2] == stamp(file) for name, file in files.items())
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return False


def read_noted(folder: Path) -> Any:
    """Return what was noted when the arrays were written.

    Raises:
        OSError, ValueError, RecursionError: it is damaged.
    """
    noted = folder / NOTED
    if not noted.is_file() or noted.stat().st_size > MAX_NOTED:  # a pipe would keep us waiting
        raise ValueError(f"{noted} is no note of ours")
    return json.loads(noted.read_text(encoding="utf-8"))


def stamp(file: Path) -> list[int]:
    """Return a file's size in bytes and the time of its last change in nanoseconds."""
    status = file.stat()
    return [status.st_size, status.st_mtime_ns]


def check_files() -> None:
    """Read all arrays of the cache, and see whether they are what was written; takes 0.1 s.

    Raises:
        DataError: they were damaged since, in a way that left their size and their time as they were.
    """
    if damaged := damaged_files():
        raise DataError(f"{damaged[0]}: the unpacked data are damaged; they are made again, so grade once more")


def renew_damaged() -> None:
    """Have damaged arrays unpacked again when they are asked for next."""
    for file in damaged_files():
        with contextlib.suppress(OSError):
            file.with_name(NOTED).unlink()


def damaged_files() -> list[Path]:
    """Return the files of the cache that are not what was written."""
    files = mnist_files()
    try:
        noted = read_noted(files["x_train"].parent)
        return [file for name, file in files.items() if noted[name][2] != sum_of(file)]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):  # somebody else renews it at this moment
        return [files["x_train"]]


def sum_of(file: Path) -> int:
    """Return a file's CRC-32."""
    with file.open("rb") as stream:
        total = 0
        while chunk := stream.read(CHUNK):
            total = zlib.crc32(chunk, total)
    return total


def unpack(folder: Path, files: Mapping[str, Path]) -> None:
    """Write every array under a temporary name and move it into place; note their stamps last.

    Raises:
        DataError: the folder cannot be written, or the packed data are damaged.
    """
    import zipfile

    import numpy as np

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with np.load(PACKED, allow_pickle=False) as packed:
            for name, file in files.items():
                write_array(file, packed[name])
        noted = json.dumps({name: [*stamp(file), sum_of(file)] for name, file in files.items()})
        temporary = folder / f"{NOTED}.{os.getpid()}"
        temporary.write_text(noted, encoding="utf-8")
        temporary.replace(folder / NOTED)
    except OSError as error:
        remedy = f"delete it, free 60 MB there, or set {ENVIRONMENT} to another folder"
        raise DataError(f"{folder}: MNIST cannot be unpacked: {error.strerror or error}; {remedy}") from error
    except (ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{PACKED}: the data are damaged ({error}); install the package again") from error


def write_array(file: Path, array: Array) -> None:
    """Write one array, read-only, under a temporary name; leave nothing half-written behind."""
    import numpy as np

    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as stream:
            np.save(stream, array, allow_pickle=False)
        temporary.chmod(0o444)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
