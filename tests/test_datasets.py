"""MNIST from the package: right, cached, and repaired."""

import hashlib
import json
import os

import numpy as np
import pytest

from grader import datasets
from grader.errors import DataError

# SHA-256 of the four IDX files as their authors publish them; an array's bytes stand behind this header.
PUBLISHED = {
    "x_train": ("ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", (2051, 60000, 28, 28)),
    "t_train": ("65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", (2049, 60000)),
    "x_test": ("0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", (2051, 10000, 28, 28)),
    "t_test": ("ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", (2049, 10000)),
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv(datasets.ENVIRONMENT, str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_data_are_the_published_ones(name):
    digest, header = PUBLISHED[name]
    array = np.load(datasets.mnist_files()[name], mmap_mode="r")

    assert hashlib.sha256(np.array(header, ">i4").tobytes() + array.tobytes()).hexdigest() == digest


def test_the_books_defaults():
    (x_train, t_train), (x_test, t_test) = datasets.load_mnist()

    assert (x_train.shape, x_train.dtype, t_train.shape) == ((60000, 784), np.float32, (60000,))
    assert (x_test.shape, t_test.shape) == ((10000, 784), (10000,))
    assert (x_train.min(), x_train.max()) == (0.0, 1.0)


def test_the_books_other_forms():
    (x_train, t_train), _ = datasets.load_mnist(normalize=False, flatten=False, one_hot_label=True)

    assert (x_train.shape, x_train.dtype, t_train.shape) == ((60000, 1, 28, 28), np.uint8, (60000, 10))
    assert t_train[0].tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_a_damaged_cache_is_unpacked_again(cache):
    file = datasets.mnist_files()["t_test"]
    file.chmod(0o644)
    file.write_bytes(b"damaged")

    again = datasets.mnist_files()["t_test"]

    assert np.load(again).shape == (10000,)


def test_a_whole_cache_is_not_written_again(cache):
    first = datasets.mnist_files()["x_train"].stat().st_mtime_ns

    assert datasets.mnist_files()["x_train"].stat().st_mtime_ns == first


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv(datasets.ENVIRONMENT, str(tmp_path / "file" / "cache"))

    with pytest.raises(DataError, match="MNIST cannot be unpacked: .*; delete it, free 60 MB there, or set"):
        datasets.mnist_files()


def test_a_full_disk_leaves_no_half_written_file_and_the_next_run_repairs(cache, monkeypatch):
    def full(stream, array, allow_pickle):
        stream.write(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(np, "save", full)
        with pytest.raises(DataError, match="No space left on device"):
            datasets.mnist_files()
    left = [path for path in cache.rglob("*") if path.is_file()]

    assert left == []
    assert np.load(datasets.mnist_files()["t_test"]).shape == (10000,)


@pytest.mark.parametrize("noted", ["[" * 100_000, "{}", "null", '{"x_train": 1}', " " * 10_000_000])
def test_a_note_that_was_damaged_is_written_again(cache, noted):
    folder = datasets.mnist_files()["t_test"].parent
    (folder / datasets.NOTED).write_text(noted)

    again = datasets.mnist_files()["t_test"]

    assert np.load(again).shape == (10000,)
    assert json.loads((folder / datasets.NOTED).read_text())


def test_a_pipe_in_the_place_of_a_note_is_not_waited_for(cache):
    noted = datasets.mnist_files()["t_test"].with_name(datasets.NOTED)
    noted.unlink()
    os.mkfifo(noted)

    assert datasets.mnist_files()["t_test"].is_file()
    assert noted.is_file()
