"""Stand in for the libraries that only show: pictures, widgets, progress bars, Colab's folders.

A learner's notebook imports matplotlib for pictures that nobody grades, and in the box matplotlib is not there.
With ``Displays`` on ``sys.meta_path`` the import succeeds, and what comes of it is *inert*: it takes every
attribute, call and index, and does nothing. An expression with something inert is inert as well, and the attempt
to make a number or an array of it raises a TypeError that names it: no answer is ever computed from a stand-in.

Importing this module imports nothing else that is not there anyway: the box loads it by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib.machinery import ModuleSpec, PathFinder
from types import FunctionType, ModuleType
from typing import Any, NoReturn

NAMES = frozenset({
    "IPython", "PIL", "bokeh", "google", "ipywidgets", "japanize_matplotlib", "koreanize_matplotlib", "matplotlib",
    "matplotlib_fontja", "mpl_toolkits", "plotly", "pylab", "seaborn", "tqdm",
})  # fmt: skip
FRAMEWORKS = frozenset({  # what an answer may have been written with, though it may use NumPy only
    "Cython", "bs4", "chainer", "cupy", "cv2", "gym", "h5py", "imageio", "jax", "joblib", "keras", "lightgbm",
    "mlxtend", "mxnet", "nltk", "numba", "onnx", "paddle", "pandas", "requests", "scipy", "skimage", "sklearn",
    "statsmodels", "sympy", "tensorflow", "theano", "torch", "torchsummary", "torchvision", "transformers", "xgboost",
})  # fmt: skip
SEVERAL = {  # n, bins, patches = plt.hist(x)
    "axis": 4, "get_legend_handles_labels": 2, "hist": 3, "hist2d": 4, "xlim": 2, "xticks": 2, "ylim": 2, "yticks": 2,
}  # fmt: skip
PLOTS = """
    annotate axes axhline axis axvline bar barh boxplot clf close cm colorbar contour contourf errorbar figure
    fill_between gca gcf grid hist imshow legend loglog pause pcolormesh pie plot plt quiver rcParams savefig scatter
    semilogx semilogy show subplot subplots subplots_adjust suptitle text tight_layout title xlabel xlim xscale xticks
    ylabel ylim yscale yticks
"""
STARS = {  # what ``from ... import *`` gives
    "pylab": PLOTS,
    "matplotlib.pylab": PLOTS,
    "matplotlib.pyplot": PLOTS,
    "IPython.display": "Audio HTML Image JSON Latex Markdown Math SVG Video YouTubeVideo clear_output display",
    "ipywidgets": "Button Checkbox Dropdown FloatSlider HBox IntSlider Label Layout Output Text VBox"
    " fixed interact interact_manual interactive interactive_output widgets",
    "tqdm": "tqdm trange",
}


class Inert:
    """Takes whatever is asked of it and does nothing; it never becomes a number.

    It serves as the base of a class too, whose instances are inert where the class says nothing else.
    """

    _inert_name = "what only shows"

    def __init__(self, *args: object, **kwargs: object) -> None:
        pass

    def __repr__(self) -> str:
        return f"<{self._inert_name}, inert>"

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"{self._inert_name} has no attribute {name!r}")
        return stand_in(f"{self._inert_name}.{name}")

    def __call__(self, *args: Any, **kwargs: object) -> Any:
        """Do nothing; hand back a definition that is being decorated."""
        if len(args) == 1 and not kwargs and isinstance(args[0], (FunctionType, type)):
            return args[0]
        return inert(self._inert_name)

    def __getitem__(self, key: object) -> Inert:
        return inert(self._inert_name)

    def __setitem__(self, key: object, value: object) -> None:
        pass

    def __delitem__(self, key: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter([inert(self._inert_name)])  # line, = plt.plot(x)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def __bool__(self) -> bool:
        return True

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        return (Inert,) if next(base for base in bases if isinstance(base, Inert)) is self else ()

    def __instancecheck__(self, instance: object) -> bool:
        return False

    def _in_expression(self, *others: object) -> Inert:
        if any(getattr(other, "ndim", 0) for other in others if not isinstance(other, Inert)):
            self._as_number()
        return inert(self._inert_name)

    def _as_number(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError(f"{self._inert_name} is not here: nothing that shows is, where answers are graded")

    def __array_ufunc__(self, ufunc: object, method: str, *inputs: object, **kwargs: object) -> Inert:
        return self._in_expression(*inputs)

    def __array__(self, *args: object, **kwargs: object) -> Any:
        if "subplot" not in self._inert_name.rpartition(".")[2]:
            self._as_number()
        import numpy as np  # there already: it is numpy that asks

        box = np.empty((), dtype=object)  # np.atleast_1d(ax) and np.array([ax1, ax2]) only arrange
        box[()] = self
        return box


class Absent(Inert):
    """Stands for what was not handed in. A file that imports it can be loaded; an answer that needs it cannot be given.

    Attributes:
        answering: whether an answer is being given.
    """

    answering = False
    _inert_why = ""
    _inert_known: Mapping[str, object] = {}  # what the course has in its place

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            return list(self._inert_known)
        if name.startswith("__"):
            raise AttributeError(f"{self._inert_name} has no attribute {name!r}")
        if name in self._inert_known:
            return self._inert_known[name]
        return absent(f"{self._inert_name}.{name}", self._inert_why, self._inert_known)

    def __call__(self, *args: Any, **kwargs: object) -> Any:
        """Hand back a definition that is being decorated; an answer ends here."""
        if len(args) == 1 and not kwargs and isinstance(args[0], (FunctionType, type)):
            return args[0]
        return self._as_number() if Absent.answering else absent(self._inert_name, self._inert_why)

    def _as_number(self, *args: object, **kwargs: object) -> NoReturn:
        raise ImportError(f"{self._inert_name} is not here: {self._inert_why}")


EXPRESSIONS = """
    add sub mul truediv floordiv mod divmod pow matmul and or xor lshift rshift
    radd rsub rmul rtruediv rfloordiv rmod rdivmod rpow rmatmul rand ror rxor rlshift rrshift
    lt le gt ge neg pos abs invert round next
"""
for _name in EXPRESSIONS.split():
    setattr(Inert, f"__{_name}__", Inert._in_expression)
for _name in ("int", "float", "complex", "index", "len"):
    setattr(Inert, f"__{_name}__", lambda self, *args: self._as_number())


def inert(name: str) -> Inert:
    """Return something inert that goes by this name in messages."""
    made = Inert()
    made._inert_name = name
    return made


def absent(name: str, why: str = "", known: Mapping[str, object] | None = None) -> Absent:
    """Return what stands for ``common.layers``; ``known`` is what the course has in place of a learner's own file."""
    made = Absent()
    made._inert_name = name
    framework = name.partition(".")[0] in FRAMEWORKS
    made._inert_why = why or ("answers may use NumPy only" if framework else "it was not handed in")
    made._inert_known = {} if framework or known is None else known
    return made


def nothing(*args: object, **kwargs: object) -> None:
    """Do nothing."""


class Progress(Inert):
    """``tqdm`` without the bar: a loop over it is a loop over what it was given."""

    _inert_name = "tqdm.tqdm"
    _instances = inert("tqdm.tqdm._instances")
    pandas = set_lock = get_lock = nothing

    def __init__(self, iterable: Any = None, desc: object = None, total: Any = None, *_: object, **__: object) -> None:
        self.iterable, self.total, self.n = iterable, total, 0

    def __iter__(self) -> Iterator[Any]:
        for item in self.iterable:
            yield item
            self.n += 1

    def __reversed__(self) -> Any:
        return reversed(self.iterable)

    def __len__(self) -> Any:
        return len(self.iterable) if hasattr(self.iterable, "__len__") else self.total

    def update(self, n: Any = 1) -> None:
        """Count on."""
        self.n += n

    @staticmethod
    def write(text: object, file: Any = None, end: str = "\n", nolock: bool = False) -> None:
        """Print: no bar is in the way."""
        print(text, file=file, end=end)


def no_secrets(key: object = "", *args: object) -> NoReturn:
    """Say why there is nothing to get."""
    raise RuntimeError(f"userdata.get({key!r}): there are no secrets where answers are graded")


def subplots(path: str) -> Callable[..., Any]:
    """Return matplotlib's function: pyplot's gives the figure and its axes, a figure's own gives the axes."""

    def in_a_grid(nrows: int = 1, ncols: int = 1, *args: object, squeeze: bool = True, **kwargs: object) -> Any:
        import numpy as np  # only here: importing this module costs nothing

        axes: Any = np.empty((nrows, ncols), dtype=object)
        for place in np.ndindex(axes.shape):
            axes[place] = inert(path)
        if squeeze:
            axes = axes.item() if axes.size == 1 else axes.squeeze()
        return (inert(path), axes) if path.split(".")[-2] in ("pyplot", "pylab", "plt") else axes

    return in_a_grid


LOOPS: dict[str, Callable[..., Any]] = {  # of tqdm and its submodules: what a loop runs over stays what it is
    "tqdm": Progress,
    "tqdm_notebook": Progress,
    "trange": lambda *args, **kwargs: Progress(range(*args)),
    "tnrange": lambda *args, **kwargs: Progress(range(*args)),
    "tenumerate": lambda iterable, start=0, *args, **kwargs: enumerate(iterable, start),
    "tzip": lambda *args, **kwargs: zip(*args, strict=False),
    "tmap": lambda *args, **kwargs: map(*args),
}
EXACTLY: dict[str, Callable[..., Any]] = {
    "google.colab.drive.mount": nothing,
    "google.colab.drive.flush_and_unmount": nothing,
    "google.colab.files.download": nothing,
    "google.colab.files.upload": lambda *args, **kwargs: {},
    "google.colab.output.clear": nothing,
    "google.colab.userdata.get": no_secrets,
}


def stand_in(path: str) -> Any:
    """Return what stands in for ``library.module.name``."""
    library, name = path.partition(".")[0], path.rpartition(".")[2]
    if path in EXACTLY:
        return EXACTLY[path]
    if library == "tqdm" and name in LOOPS:
        return LOOPS[name]
    if name == "subplots":
        return subplots(path)
    if name in SEVERAL:
        return lambda *args, **kwargs: tuple(inert(path) for _ in range(SEVERAL[name]))
    if name.endswith(("Error", "Warning")):  # for ``except`` and ``warnings.filterwarnings``, which want a class
        return type(name, (Warning,), {})
    return inert(path)


def notebook_builtins() -> dict[str, object]:
    """Return what a notebook has without importing it."""
    return {"display": stand_in("IPython.display.display"), "get_ipython": stand_in("IPython.get_ipython")}


# -- modules ----------------------------------------------------------------------------------------------


class StandIn(ModuleType):
    """A module whose every attribute is a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self.__name__ == "google":  # a namespace: what is not imported is not there
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return stand_in(f"{self.__name__}.{name}")


class Displays:
    """Finds the libraries that only show: put it first on ``sys.meta_path``.

    Args:
        allowed: libraries that the course allows; where one is installed the real one comes.

    Attributes:
        used: the libraries that stand-ins were imported for, in order.
    """

    def __init__(self, allowed: Collection[str] = ()) -> None:
        self.used: list[str] = []
        self._allowed = frozenset(name for name in allowed if PathFinder.find_spec(name))

    def find_spec(self, name: str, path: Any = None, target: object = None) -> ModuleSpec | None:
        """Return a specification for a library that shows, and for whatever is asked for within it."""
        top, _, within = name.partition(".")
        if top not in NAMES or top in self._allowed:
            return None
        if within and not isinstance(sys.modules.get(name.rpartition(".")[0]), StandIn):
            return None
        if top == "google" and within.partition(".")[0] not in ("", "colab"):
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return StandIn(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Note that it is used."""
        module.__version__ = "0.0.0"  # type: ignore[attr-defined]
        module.__all__ = STARS.get(module.__name__, "").split()  # type: ignore[attr-defined]
        top = module.__name__.partition(".")[0]
        name = "google.colab" if top == "google" else top
        if name not in self.used and module.__name__ != "google":
            self.used.append(name)
