"""Silent stand-ins for what is imported beside the work, and what is not available."""

import sys

import pytest

from backproof.student_code.modules import StudentCode, Unavailable, describe
from backproof.student_code.source import Source
from backproof.student_code.stand_ins import NotAvailable

USES = [
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1])\nplt.show()",
    "from matplotlib import pyplot as plt\nfig, ((a, b), (c, d)) = plt.subplots(2, 2)\nd.set(x=1)",
    "import matplotlib\nmatplotlib.use('Agg')\nmatplotlib.rcParams['x'] = 1",
    "import matplotlib.pyplot as plt\nfig, axes = plt.subplots(1, 3)\nfor a in axes: a.grid()",
    "import matplotlib.pyplot as plt\nline, = plt.plot([1])\nn, bins, patches = plt.hist([1])",
    "from mpl_toolkits.mplot3d import Axes3D",
    "from IPython.display import clear_output, display\nclear_output(wait=True)",
    "from IPython.display import *\ndisplay(HTML('x'))",
    "from IPython import get_ipython\nget_ipython().run_line_magic('matplotlib', 'inline')",
    "get_ipython().run_line_magic('matplotlib', 'inline')\ndisplay(1)",
    "import pandas as pd\npd.DataFrame({'loss': [1]}).rolling(5).mean().plot()",
    "import seaborn as sns\nsns.set_theme()",
    "from google.colab import drive, files\ndrive.mount('/content/drive')",
    "import google.colab as colab\ncolab.files.upload()",
    "try:\n    import google.colab\n    IN_COLAB = True\nexcept ImportError:\n    IN_COLAB = False",
    "from ipywidgets import interact\n@interact\ndef show(): pass\nshow()",
]


def code(text, **options):
    """Return the code of a module ``layers`` as a worker opens it, which has few libraries."""
    options = {"allowed": ["numpy"]} | options
    return StudentCode({"layers.py": Source(text, "layers.py")}, ("layers",), **options)


@pytest.fixture
def returned():
    """Return what the function ``one`` after some code returns."""
    opened = []

    def call(text, **options):
        opened.append(code(f"{text}\n\ndef one():\n    return 1\n", **options))
        return opened[-1].function("layers", "one")()

    yield call
    for each in opened:
        each.close()


@pytest.mark.parametrize("text", USES)
def test_what_is_imported_beside_the_work_costs_nothing(returned, text):
    """A plot in ``train`` has no influence on what ``train`` returns."""
    assert returned(text) == 1


@pytest.fixture
def none_loaded(monkeypatch):
    """Forget the libraries that other tests have loaded: what is loaded can be imported."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("matplotlib", "mpl_toolkits", "pandas", "tqdm", "IPython"):
            monkeypatch.delitem(sys.modules, name)


@pytest.mark.usefixtures("none_loaded")
@pytest.mark.parametrize("text", USES)
def test_the_instructor_may_turn_stand_ins_off(returned, text):
    """Without them, the libraries of the configuration are all that there is."""
    in_colab = "IN_COLAB" in text
    if in_colab:
        assert returned(text, stand_ins=(), allowed=["numpy"]) == 1
        return
    with pytest.raises(Unavailable, match=r"not available here|is not defined|No module named"):
        returned(text, stand_ins=(), allowed=["numpy"])


@pytest.mark.parametrize(
    "loop",
    [
        "from tqdm import tqdm\nfor x in tqdm([1, 2], desc='x'): seen.append(x)",
        "from tqdm.auto import tqdm\nfor x in tqdm(iter([1, 2])): seen.append(x)",
        "import tqdm\nfor x in tqdm.trange(1, 3): seen.append(x)",
        "from tqdm.notebook import tqdm\nb = tqdm([1, 2])\nb.set_description('a')\nseen.extend(b)",
        "from tqdm import tqdm\nwith tqdm(total=2) as bar:\n    bar.update(1)\nseen += [1, 2]",
    ],
)
def test_a_progress_bar_passes_on_what_it_iterates_over(returned, loop):
    """A loop over a bar is the student's work, so all of its steps run."""
    assert returned(f"seen = []\n{loop}\nassert seen == [1, 2]") == 1


@pytest.mark.parametrize(
    "use",
    ["float(x)", "x + 1", "np.ones(2) * x", "np.asarray(x)", "x < 1", "x @ x"],
)
def test_a_stand_in_has_no_value(returned, use):
    """Code that computes with pandas is told so, and not that its numbers are wrong."""
    text = f"import numpy as np, pandas as pd\nx = pd.Series([1.0]).mean()\n{use}"
    with pytest.raises(Unavailable, match=r"has no value here: pandas is not loaded"):
        returned(text)


def test_a_library_of_the_assignment_has_no_stand_in(returned):
    """An instructor who lists pandas wants it used; numpy plays its part here."""
    options = {"stand_ins": ("numpy",), "allowed": ["numpy"]}
    assert returned("import numpy\nassert numpy.ones(1) == 1", **options) == 1


def test_a_module_of_the_submission_goes_before_a_stand_in():
    """A student's own ``tqdm.py`` is their work."""
    files = {
        "layers.py": Source("import seaborn\none = lambda: seaborn.mine", "layers.py"),
        "seaborn.py": Source("mine = 1", "seaborn.py"),
    }
    student = StudentCode(files, ("layers",), allowed=["numpy"])
    try:
        assert student.function("layers", "one")() == 1
    finally:
        student.close()


@pytest.mark.parametrize("call", ["input('your name? ')", "breakpoint()"])
def test_what_waits_for_somebody_says_where_it_stands(capsys, call):
    """The prompt is not printed, a call for a call of the function."""
    student = code(f"def one():\n    return {call}\n")
    name = call.partition("(")[0]
    with pytest.raises(NotAvailable) as caught:
        student.function("layers", "one")()
    student.close()
    said = describe(caught.value)
    assert said.startswith(f"{name}() is not available here, at layers.py line 2:")
    assert capsys.readouterr().out == ""


def test_a_program_that_expects_no_input_goes_on(returned):
    """Without a terminal, ``input`` raises an ``EOFError``."""
    assert returned("try:\n    n = int(input())\nexcept EOFError:\n    n = 3\nassert n == 3") == 1


def test_the_limit_of_recursion_is_restored_after_an_import(returned):
    """It was a fault of the grader, as Hypothesis warns about a changed limit."""
    before = sys.getrecursionlimit()
    assert returned("import sys\nsys.setrecursionlimit(10**6)") == 1
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\n<<<<<<< HEAD\nx = 2", "a conflict marker of git: keep one of the two versions"),
        ("x = 1\n>>>>>>> other", r"a conflict marker of git.* \(layers.py, line 2\)"),
        ("x = 'a\0b'", "it holds NUL bytes, so it is no text"),
        ("def f(:\n    pass", r"\(layers.py, line 1\)\n    def f\(:\n          \^"),
    ],
)
def test_a_syntax_error_is_shown_with_its_line(text, said):
    """The student finds the place, and learns what stands there."""
    student = code(text)
    with pytest.raises(Unavailable, match=said):
        student.load("layers")
    student.close()
