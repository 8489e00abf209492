"""Stand-ins for what only shows: an import never loses an answer, and no answer is computed from a stand-in."""

import copy
import inspect
import pickle
import subprocess
import sys
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from grader.box import inert

BOX = Path(inert.__file__).parent
NOT_HERE = "is not here: nothing that shows is, where answers are graded"


def take_out() -> dict[str, object]:
    """Remove the display libraries that are loaded, and return them."""
    found = [name for name in sys.modules if name.partition(".")[0] in inert.NAMES]
    return {name: sys.modules.pop(name) for name in found}


@contextmanager
def installed(*allowed: str) -> Iterator[inert.Displays]:
    kept, displays = take_out(), inert.Displays(allowed)
    sys.meta_path.insert(0, displays)
    try:
        yield displays
    finally:
        sys.meta_path.remove(displays)
        take_out()
        sys.modules.update(kept)


@pytest.fixture
def displays() -> Iterator[inert.Displays]:
    with installed() as found:
        yield found


@pytest.fixture
def plt(displays):
    return run("import matplotlib.pyplot as plt")["plt"]


def run(program: str) -> dict:
    """Run what a learner might write; return its names."""
    names: dict = {"np": np}
    exec(compile(textwrap.dedent(program), "<program>", "exec"), names)
    return names


# -- imports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "program",
    [
        "import matplotlib",
        "import matplotlib.pyplot as plt; plt.plot",
        "from matplotlib import pyplot as plt, cm; plt.plot; cm.jet(0.5)",
        "import matplotlib; matplotlib.use('Agg'); matplotlib.rcParams['font.size'] = 3; print(matplotlib.__version__)",
        "from matplotlib import rcParams; rcParams.update({'font.size': 3})",
        "from mpl_toolkits.mplot3d import Axes3D; Axes3D(1)",
        "from IPython.display import display, HTML, clear_output, Image; display(HTML('x')); clear_output(wait=True)",
        "from IPython import display, get_ipython; get_ipython().run_line_magic('matplotlib', 'inline')",
        "from IPython.display import *; display(Markdown('# x'))",
        "from PIL import Image; Image.fromarray(np.zeros((2, 2))).show()",
        "import PIL.Image; PIL.Image.open('x.png').resize((2, 2)).save('y.png')",
        "from tqdm import tqdm, trange; tqdm([1]); trange(1)",
        "from tqdm.auto import tqdm; tqdm([1])",
        "from tqdm.notebook import tqdm as t; t([1])",
        "import tqdm; tqdm.tqdm([1])",
        "import google.colab; google.colab.drive.mount('/content/drive')",
        "from google.colab import drive, files, userdata, output; files.download('x')",
        "from google.colab.patches import cv2_imshow; cv2_imshow(np.zeros((2, 2)))",
        "import seaborn as sns; sns.set_theme(); sns.heatmap(np.eye(2), annot=True)",
        "import japanize_matplotlib, koreanize_matplotlib",
        "from ipywidgets import *; interact(lambda x: x, x=(0, 1)); widgets.IntSlider(value=1)",
        "from pylab import *; plot([1, 2]); show()",
        "import plotly.graph_objects as go; go.Figure(data=go.Scatter(x=[1], y=[2])).show()",
    ],
)
def test_what_only_shows_can_be_imported_and_used(displays, program):
    run(program)

    assert len(displays.used) >= 1


def test_what_was_imported_is_listed_once_and_in_order(displays):
    run("""
        import tqdm, matplotlib.pyplot, matplotlib.cm
        from google.colab import drive
        import google.colab.output, tqdm.auto
    """)

    assert displays.used == ["tqdm", "matplotlib", "google.colab"]


def test_installing_the_finder_imports_nothing():
    program = """
        import sys
        before = set(sys.modules)
        sys.path.insert(0, sys.argv[1])
        import inert
        sys.meta_path.insert(0, inert.Displays(["matplotlib"]))
        new = {name.partition(".")[0] for name in set(sys.modules) - before}
        assert not new & (inert.NAMES | {"numpy"}), new
        assert new <= sys.stdlib_module_names | {"inert"}, new
    """

    done = subprocess.run([sys.executable, "-I", "-c", textwrap.dedent(program), BOX], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_other_libraries_are_left_to_others(displays):
    found = [displays.find_spec(name) for name in ("numpy", "pandas", "cv2", "matplotlibx")]

    assert found == [None] * 4


def test_a_loaded_library_is_left_alone(displays):
    loaded_already = type(sys)("matplotlib")
    sys.modules["matplotlib"] = loaded_already

    names = run("import matplotlib")

    assert names["matplotlib"] is loaded_already
    with pytest.raises(ModuleNotFoundError):
        run("import matplotlib.pyplot")
    assert displays.used == []


@pytest.mark.parametrize("program", ["import google.protobuf", "from google import genai"])
def test_google_is_a_namespace_in_which_only_colab_is_answered(displays, program):
    with pytest.raises(ImportError):
        run(program)

    assert displays.used == []


def test_a_star_import_brings_no_numpy_names(displays):
    names = run("from pylab import *")

    assert "plot" in names
    assert not {"array", "exp", "sum", "arange", "linspace", "rand"} & set(names)


# -- what only shows never fails --------------------------------------------------------------------------


def test_a_picture_with_all_trimmings_can_be_drawn(displays):
    run("""
        import matplotlib.pyplot as plt
        plt.rcParams['font.family'] = 'IPAexGothic'
        plt.rcParams.update({'font.size': 12})
        plt.style.use('ggplot')
        x = np.arange(0, 6, 0.1)
        line, = plt.plot(x, np.sin(x), label='sin')
        line.set_color('red')
        n, bins, patches = plt.hist(x, 20)
        locations, labels = plt.xticks()
        plt.pie([1, 2], autopct='%d')
        left, right, bottom, top = plt.axis()
        plt.ylim(-0.1, 1.1 * plt.ylim()[1])
        for bar in plt.bar([1, 2], [3, 4]):
            plt.text(bar.get_x() + bar.get_width() / 2, np.float64(1) + bar.get_height(), f'{bar.get_height():.2f}')
        with plt.style.context('dark_background'), plt.xkcd():
            plt.show()
        ax = plt.gca()
        del ax.texts[:]
        ax.note = 'kept'
        first, second = plt.plot(x, x), ax.twinx().plot(x, x)
        ax.legend(first + second, [each.get_label() for each in first + second], loc=0)
        color = next(ax._get_lines.prop_cycler)['color']
        assert ax.note == 'kept'
        assert plt.gcf() is not None and plt.gcf() and plt.gcf() != 1
    """)


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [("2, 3", (2, 3)), ("1, 3", (3,)), ("nrows=2", (2,)), ("2, 1, sharex=True", (2,)), ("1, 1, squeeze=False", (1, 1))],
)
def test_subplots_are_an_array_of_matplotlibs_shape(displays, arguments, shape):
    names = run(f"import matplotlib.pyplot as plt\nfig, axes = plt.subplots({arguments})")

    assert names["axes"].shape == shape
    assert all(isinstance(ax, inert.Inert) for ax in names["axes"].flat)


def test_subplots_can_be_used_as_they_are_shown(displays):
    names = run("""
        from matplotlib import pyplot as plt
        fig, ax = plt.subplots()
        ax.plot([1])
        fig, (ax1, ax2) = plt.subplots(1, 2, figsize=(10, 4))
        fig, axes = plt.subplots(2, 3)
        axes[0, 1].imshow(np.eye(2), cmap='gray')
        drawn = [ax.set_title(i) for i, ax in enumerate(axes.flat)]
        own = plt.figure().subplots(2, 2)
        one = np.atleast_1d(plt.subplot(1, 2, 1))
        fig.savefig('x.png')
    """)

    assert isinstance(names["ax"], inert.Inert)
    assert len(names["drawn"]) == 6
    assert names["own"].shape == (2, 2)
    assert names["one"].shape == (1,)


def test_something_inert_says_what_it_is(plt):
    assert repr(plt.figure) == "<matplotlib.pyplot.figure, inert>"
    assert f"{plt.figure().gca():.3f}" == "<matplotlib.pyplot.figure.gca, inert>"


def test_a_decorator_returns_the_definition(displays):
    names = run("""
        from ipywidgets import interact
        from IPython.core.magic import magics_class, Magics

        @interact
        def f(x=1): return x + 1

        @interact(x=(0, 1))
        def g(x): return x + 2

        @magics_class
        class M(Magics):
            answer = 3
    """)

    assert (names["f"](1), names["g"](1), names["M"].answer) == (2, 3, 3)


def test_something_inert_is_the_base_of_a_class(displays):
    names = run("""
        import matplotlib.pyplot as plt

        class Plot(plt.Figure, plt.Axes):
            def __init__(self, title):
                super().__init__(figsize=(1, 2))
                self.title = title

            def twice(self):
                return 2 * self.title

        plot = Plot('a')
        plot.add_subplot(1, 1, 1).plot([1])
    """)

    assert names["plot"].twice() == "aa"


def test_nothing_is_an_instance_of_a_stand_in(displays):
    names = run("from PIL import Image\nfound = isinstance(np.eye(2), Image.Image)")

    assert names["found"] is False


def test_exceptions_and_warnings_are_classes(displays):
    with warnings.catch_warnings():
        run("""
            import warnings, matplotlib
            from PIL import Image, UnidentifiedImageError
            warnings.filterwarnings('ignore', category=matplotlib.MatplotlibDeprecationWarning)
            try:
                1 / 0
            except (UnidentifiedImageError, ZeroDivisionError):
                pass
        """)


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), inspect.unwrap],
    ids=["copy", "deepcopy", "pickle", "unwrap"],
)
def test_copies_are_inert_too(plt, again):
    figure = plt.figure()
    figure.note = [1]

    copied = again(figure)

    assert repr(copied) == repr(figure)
    assert copied.note == [1]
    assert {copied, copied} == {copied}
    assert not inspect.isfunction(copied)


# -- what would compute with it fails clearly -------------------------------------------------------------


@pytest.mark.parametrize(
    "compute",
    [
        "float(x)",
        "int(x)",
        "len(x)",
        "round(float(x.y))",
        "range(x)",
        "[1, 2][x]",
        "'%.2f' % x",
        "np.asarray(x)",
        "np.asarray(x, dtype=float)",
        "np.array([1.0, x])",
        "np.zeros(2) + x",
        "x * np.zeros(2)",
        "2 * x / 3 - np.zeros(2)",
        "np.zeros(2) == x",
        "np.zeros((x, 2))",
        "np.full(2, x)",
        "np.dot(np.zeros(2), x)",
        "np.concatenate([np.zeros(2), x])",
        "np.where(x > 1, 1, 0)",
        "np.mean([x, x])",
        "float(np.mean(x))",
    ],
)
def test_a_number_is_never_made_of_it(plt, compute):
    with pytest.raises(TypeError, match=rf"matplotlib\.pyplot\.imread.* {NOT_HERE}"):
        eval(compute, {"np": np, "x": plt.imread("x.png")})


def test_a_picture_that_is_read_is_no_array(displays):
    with pytest.raises(TypeError, match=rf"PIL\.Image\.open\.convert {NOT_HERE}"):
        run("from PIL import Image\nx = np.array(Image.open('x.png').convert('L'), dtype=np.float32) / 255")


# -- tqdm -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loop",
    [
        "tqdm(xs)",
        "tqdm.tqdm(xs, desc='x', total=3)",
        "trange(3)",
        "trange(0, 6, 2, leave=False)",
        "(x for i, x in enumerate(tqdm(xs)))",
        "tqdm(iter(xs), total=3)",
        "reversed(tqdm(xs))",
        "tzip(xs, xs)",
        "tenumerate(xs, start=1)",
    ],
)
def test_a_loop_with_a_bar_runs_as_often_as_without(displays, loop):
    module = "import tqdm" if loop.startswith("tqdm.") else "from tqdm.auto import tqdm, trange"

    names = run(f"{module}\nfrom tqdm.contrib import tenumerate, tzip\nxs = [5, 6, 7]\nseen = [x for x in {loop}]")

    assert len(names["seen"]) == 3


def test_a_bar_hands_on_what_it_was_given(displays):
    names = run("from tqdm import tqdm\nbar = tqdm({'a': 1, 'b': 2})\nseen = list(bar)")

    assert names["seen"] == ["a", "b"]
    assert len(names["bar"]) == names["bar"].n == 2


def test_a_bar_is_moved_and_labelled_without_effect(displays, capsys):
    names = run("""
        import tqdm
        with tqdm.tqdm(total=10, unit='B') as bar:
            bar.update(4)
            bar.set_description('x')
            bar.set_postfix(loss=0.1, acc='1')
            bar.close()
        tqdm.tqdm.write('printed')
        tqdm.tqdm.pandas()
        tqdm.tqdm._instances.clear()

        class Download(tqdm.tqdm):
            def hook(self, blocks):
                self.total = blocks
                self.update(blocks - self.n)

        download = Download()
        download.hook(7)
    """)

    assert (names["bar"].n, len(names["bar"]), names["download"].n) == (4, 10, 7)
    assert capsys.readouterr().out == "printed\n"


# -- notebooks and Colab ----------------------------------------------------------------------------------


def test_a_notebook_has_display_and_get_ipython():
    found = inert.notebook_builtins()

    assert set(found) == {"display", "get_ipython"}
    found["display"](1, 2)
    found["get_ipython"]().run_cell_magic("time", "", "x = 1")
    assert "google.colab" not in str(found["get_ipython"]())  # the usual way to ask: is this Colab?


def test_colab_mounts_uploads_and_downloads_nothing(displays):
    names = run("""
        from google.colab import drive, files, output
        results = [drive.mount('/content/drive', force_remount=True), drive.flush_and_unmount(),
                   files.download('x'), output.clear()]
        uploaded = files.upload()
        output.eval_js('1')
    """)

    assert names["results"] == [None] * 4
    assert names["uploaded"] == {}


def test_colab_has_no_secrets(displays):
    with pytest.raises(RuntimeError, match=r"userdata\.get\('KEY'\): there are no secrets where answers are graded"):
        run("from google.colab import userdata\nuserdata.get('KEY')")


# -- libraries that a course allows -----------------------------------------------------------------------


@pytest.fixture
def seaborn(tmp_path, monkeypatch) -> None:
    """A package that is named like a display library and does show."""
    (tmp_path / "seaborn").mkdir()
    (tmp_path / "seaborn" / "__init__.py").write_text("drawn = 'really'\n")
    (tmp_path / "seaborn" / "maps.py").write_text("red = 'rot'\n")
    monkeypatch.syspath_prepend(tmp_path)


def test_an_allowed_library_is_the_real_one(seaborn):
    with installed("seaborn") as displays:
        names = run("from seaborn import drawn\nfrom seaborn.maps import red")

        assert (names["drawn"], names["red"]) == ("really", "rot")
        assert displays.used == []


def test_a_library_that_is_not_allowed_is_inert_though_it_is_installed(seaborn):
    with installed() as displays:
        names = run("from seaborn import drawn")

        assert isinstance(names["drawn"], inert.Inert)
        assert displays.used == ["seaborn"]


def test_an_allowed_library_that_is_not_installed_is_inert():
    with installed("koreanize_matplotlib") as displays:
        run("import koreanize_matplotlib.styles\nkoreanize_matplotlib.styles.anything()")

        assert displays.used == ["koreanize_matplotlib"]
