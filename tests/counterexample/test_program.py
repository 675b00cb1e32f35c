"""The smallest case as a Python program that runs unchanged."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from backproof.counterexample.program import render_case
from backproof.counterexample.wording import Wording, parameter_names
from backproof.submission.iterables import drain
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import WrongValue
from backproof.testing import unpack

CODE = """
import numpy as np

def init(theta):
    return {"m": np.zeros_like(theta)}

def step(theta, state, rate=0.1):
    return theta - rate, state

def draw(rng, n):
    return rng.random(n)

def halves(x):
    yield x[: len(x) // 2]
    yield x[len(x) // 2 :]

def nothing():
    pass

def fail(x):
    raise ValueError("no")

kept = np.empty(2)

def refill(x):
    kept[:] = x
    return kept
"""
NAMES = {
    "optimizers.init": ("theta",),
    "optimizers.step": ("theta", "state"),
    "optimizers.draw": ("rng", "n"),
    "optimizers.halves": ("x",),
    "optimizers.fail": ("x",),
    "optimizers.refill": ("x",),
}


@pytest.fixture
def rendered(hand_in):
    """Use a submission; return its rendered journal and the result of the last call."""

    def render(use, find=None, opaque=None, raised=False):
        submission = LocalSubmission(hand_in(optimizers=CODE), ("optimizers",))
        submission.begin_case()
        try:
            use(submission.optimizers)
            result = submission.journal[-1].result
            wording = Wording(NAMES, opaque or {})
            wrong = find and find(result)
            return render_case(submission.journal, wording, wrong, raised=raised), result
        finally:
            submission.close()

    return render


@pytest.fixture
def pasted(tmp_path):
    """Run a rendered case in a process beside the student's files; return what it prints."""

    def run(text, expression):
        code = f"{text}\nprint(__import__('json').dumps(np.asarray({expression}).tolist()))"
        command = [sys.executable, "-c", code]
        folder = tmp_path / "handed_in"
        process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        return process.stdout.splitlines()[:-1], json.loads(process.stdout.splitlines()[-1])

    return run


def test_a_rendered_case_repeats_the_calls(rendered, pasted):
    """A student trusts a case only if it shows the failure of their own code."""

    def use(optimizers):
        theta = np.array([[1.5, -2.0]])
        state = optimizers.init(theta)
        theta, state = optimizers.step(theta, state)
        optimizers.step(theta, state, rate=0.5)

    text, result = rendered(use)
    assert pasted(text, "r3[0]")[1] == result[0].tolist()
    assert "theta = np.array([[1.5, -2.0]])" in text
    assert "r2 = optimizers.step(theta, r1)" in text
    assert "r3 = optimizers.step(r2[0], r2[1], rate=0.5)" in text


def test_arrays_have_the_names_of_the_parameters(rendered):
    """Students recognise the names of their own parameters."""

    def use(optimizers):
        for value in (1.0, 1.0, 2.0):
            optimizers.init(np.array([value]))

    text, _ = rendered(use)
    assert text.count("theta = np.array([1.0])") == 1
    assert "theta2 = np.array([2.0])" in text
    assert "r3 = optimizers.init(theta2)" in text


def test_the_wrong_entry_is_printed(rendered, pasted):
    """The last line must show the entry that the message is about."""
    text, result = rendered(
        lambda optimizers: optimizers.step(np.array([1.0, 2.0]), None),
        lambda result: WrongValue(result[0], "1.9, required 2", "{}[1]"),
    )
    assert text.splitlines()[-1] == "print(r1[0][1])  # 1.9, required 2"
    assert pasted(text, "r1[0]") == ([str(result[0][1])], result[0].tolist())


def test_calls_after_the_wrong_one_are_left_out(rendered):
    """Later calls do not matter and make the case longer."""

    def use(optimizers):
        optimizers.step(np.array([1.0]), None)
        optimizers.init(np.array([7.0]))

    text, _ = rendered(use, lambda _: WrongValue(np.array([0.9]), "0.9, required 1", "{}[0]"))
    assert "init" not in text
    assert "7.0" not in text


def test_of_equal_results_the_last_one_is_printed(rendered):
    """The property compared the last one, so the earlier ones may be right by chance."""

    def use(optimizers):
        for _ in range(2):
            optimizers.step(np.array([1.0]), None)

    text, _ = rendered(use, lambda _: WrongValue(np.array([0.9]), "0.9, required 1", "{}[0]"))
    assert text.splitlines()[-1] == "print(r2[0][0])  # 0.9, required 1"


def test_a_changed_argument_is_printed(rendered):
    """If a call writes into its argument, the argument is the wrong value."""
    theta = np.array([3.0])
    text, _ = rendered(
        lambda optimizers: optimizers.init(theta), lambda _: WrongValue(theta, "changed")
    )
    assert text.splitlines()[-1] == "print(theta)  # changed"


def test_an_exception_is_shown_by_the_call(rendered):
    """Nothing can be printed after a call that raises."""

    def use(optimizers):
        with pytest.raises(AssertionError):
            optimizers.fail(np.array([1.0]))

    text, _ = rendered(use, raised=True)
    assert text.splitlines()[-1] == "r1 = optimizers.fail(x)"


def test_an_equal_array_is_a_copy_of_a_result_if_that_can_be_told(rendered):
    """Zeros are equal to too many arrays to be recognised as a copy."""

    def use(functions):
        copied, fresh = np.array([2.0, 1.0]), np.zeros(2)
        functions.step(copied + 0.1, None, 0.1)
        functions.step(copied + 0.1 - 0.1, None, 2.0)
        functions.step(fresh + 0.1, None, 0.1)
        functions.step(fresh, None, 0.1)

    text, _ = rendered(use)
    assert "optimizers.step(r1[0], None, 2.0)" in text
    assert "np.array([0.0, 0.0])" in text


def test_what_a_state_holds_is_nothing_to_copy(rendered):
    """A state may change at the next call, so its parts may only be passed on with it."""

    def use(functions):
        _, state = functions.step(np.ones(2), np.array([2.0, 5.0]), 0.1)
        functions.step(np.array([2.0, 5.0]), state, 0.1)

    text, _ = rendered(use, opaque={"optimizers.step": (1,)})
    assert "theta2 = np.array([2.0, 5.0])" in text
    assert "optimizers.step(theta2, r1[1], 0.1)" in text


def test_what_a_later_call_changed_is_printed_after_it(rendered):
    """Before it the first result is right, and the second one, which it equals then, always is."""
    buffer = []

    def use(functions):
        call = functions.refill.observe(np.ones(2))
        functions.refill(np.full(2, 5.0))
        buffer.append(call.result_now())

    text, _ = rendered(use, lambda _: WrongValue(buffer[0].copy(), "5, required 1", "{}[0]"))
    assert text.splitlines()[-2:] == [
        "r2 = optimizers.refill(x2)",
        "print(r1[0])  # 5, required 1",
    ]


def test_what_was_overwritten_is_overwritten_again(rendered):
    """Failures of aliasing appear only if the caller reuses its array, as in training."""

    def use(optimizers):
        for _ in range(4):
            call = optimizers.init.observe(np.array([1.0]))
            dataclasses.replace(call, result=None).overwrite_arguments(5.0)

    text, _ = rendered(use)
    lines = text.splitlines()
    assert lines[2:5] == [
        "theta = np.array([1.0])",
        "r1 = optimizers.init(theta)",
        "theta[...] = 5.0",
    ]
    assert lines[5:7] == ["theta2 = np.array([1.0])", "r2 = optimizers.init(theta2)"]
    assert "for" not in text


def test_a_call_whose_argument_is_overwritten_is_in_no_loop(rendered):
    """In a loop, the array would be overwritten at each repetition."""
    theta = np.array([1.0])

    def use(optimizers):
        calls = [optimizers.init.observe(theta) for _ in range(3)]
        dataclasses.replace(calls[-1], result=None).overwrite_arguments(5.0)

    assert "theta[...] = 5.0" in rendered(use)[0]


def test_a_generator_is_rendered_by_its_seed(rendered, pasted):
    """A shared generator must stay one object, or the numbers would repeat."""

    def use(optimizers):
        rng = np.random.default_rng(42)
        optimizers.draw(rng, 2)
        optimizers.draw(rng, 2)
        optimizers.draw(np.random.default_rng(5), 1)

    text, _ = rendered(use)
    assert text.count("default_rng(42)") == 1
    assert "optimizers.draw(np.random.default_rng(5), 1)" in text
    assert pasted(text, "r3")[1] == np.random.default_rng(5).random(1).tolist()


def test_what_is_iterated_over_is_listed(rendered, pasted):
    """A generator function does nothing until it is iterated over."""
    text, _ = rendered(lambda optimizers: list(optimizers.halves(np.array([1.0, 2.0]))))
    assert "r1 = list(optimizers.halves(x))" in text
    assert pasted(text, "r1")[1] == [[1.0], [2.0]]


def test_zero_dimensional_arrays_keep_their_kind(rendered):
    """A function may fail for a 0-d θ and not for a number."""
    text, _ = rendered(lambda optimizers: optimizers.init(np.array(2.0)))
    assert "theta = np.array(2.0)" in text


def test_lists_and_tuples_keep_their_kind(rendered):
    """A function may distinguish them, and then only one of them fails."""
    text, _ = rendered(lambda optimizers: optimizers.step(np.zeros(1), ([1.0], (2.0,))))
    assert "optimizers.step(theta, ([1.0], (2.0,)))" in text
    text, _ = rendered(lambda optimizers: optimizers.step(np.zeros(1), (np.array([2.5]),)))
    assert "(np.array([2.5]),)" in text


def test_a_state_of_numbers_is_handed_on(rendered):
    """The program should show where a value comes from, even if it has a literal."""

    def use(optimizers):
        result = optimizers.step(np.array([1.0]), (np.float64(0.0), 1))
        optimizers.step(result[0], result[1])

    text, _ = rendered(use)
    assert "r2 = optimizers.step(r1[0], r1[1])" in text


def test_repeated_calls_are_a_loop(rendered, pasted):
    """A hundred equal lines would hide the others."""

    def use(optimizers):
        rng = np.random.default_rng(3)
        for _ in range(100):
            optimizers.draw(rng, 2)

    text, result = rendered(use)
    assert "for _ in range(100):" in text
    assert len(text.splitlines()) < 8
    assert pasted(text, "r1")[1] == result.tolist()


def test_seeds_that_count_on_are_a_loop(rendered, pasted):
    """Statistical properties call a function with hundreds of seeds."""

    def use(optimizers):
        for seed in range(4, 9):
            drawn = optimizers.draw(np.random.default_rng(seed), 2)
            optimizers.step(drawn, None)

    text, result = rendered(use)
    assert "for seed in range(4, 9):" in text
    assert pasted(text, "r2[0]")[1] == result[0].tolist()


def test_a_turn_that_is_needed_later_keeps_its_name(rendered, pasted):
    """A loop keeps its last result only."""

    def use(optimizers):
        rng = np.random.default_rng(3)
        first, *_ = [optimizers.draw(rng, 2) for _ in range(4)]
        optimizers.step(first, None)

    text, result = rendered(use)
    assert "r1 = optimizers.draw(rng, 2)\nfor _ in range(3):" in text
    assert pasted(text, "r3[0]")[1] == result[0].tolist()


def test_a_long_case_is_cut_and_says_so(rendered):
    """A message must fit on a screen, and its code must still run."""

    def use(optimizers):
        for number in range(100):
            optimizers.init(np.array([float(number)]))

    text, _ = rendered(use)
    assert 15 < len(text.splitlines()) <= 18
    assert text.splitlines()[-1].startswith("# … 1")
    compile(text, "case", "exec")


def test_no_calls_are_no_case():
    """A property may fail before it calls the student's code."""
    assert render_case([]) is None


def test_parameter_names_come_from_the_template(tmp_path):
    """Students know these names from their template."""
    (tmp_path / "layers.py").write_text("def dense(x, W, /, b, *, rate=1): ...\n")
    assert parameter_names(tmp_path) == {"layers.dense": ("x", "W", "b")}


def test_parts_of_a_result_have_the_names_that_the_property_gives_them(rendered, pasted):
    """`dW, db = …` is easier to read than `r1[0]` and `r1[1]`."""

    def use(optimizers):
        theta = np.array([1.0])
        after, state = unpack(optimizers.step(theta, None), "theta", "state")
        unpack(optimizers.step(after, state), "theta", "state")

    text, result = rendered(use, lambda result: WrongValue(result[0], "0.8, required 1", "{}[0]"))
    assert "theta2, state = optimizers.step(theta, None)" in text
    assert "theta3, state2 = optimizers.step(theta2, None)" in text
    assert text.splitlines()[-1] == "print(theta3[0])  # 0.8, required 1"
    assert pasted(text, "theta3")[1] == result[0].tolist()


@pytest.mark.parametrize("names", [("theta", "the state"), ("lambda", "state")])
def test_a_name_that_is_no_variable_is_not_used(rendered, pasted, names):
    """The program must run."""
    text, result = rendered(
        lambda optimizers: unpack(optimizers.step(np.array([1.0]), None), *names),
        lambda result: WrongValue(result[0], "", "{}[0]"),
    )
    assert pasted(text, "1")[0] == [str(result[0][0])]


def test_a_result_that_is_used_as_a_whole_is_not_unpack(rendered):
    """The program passes on what the property has passed on."""

    def use(optimizers):
        result = optimizers.step(np.array([1.0]), None)
        unpack(result, "theta", "state")
        optimizers.halves(result)

    text, _ = rendered(use)
    assert "r1 = optimizers.step(theta, None)\n" in text


def test_a_case_with_a_loop_can_be_typed_into_a_shell(rendered, hand_in):
    """An interactive shell ends a block at an empty line only."""

    def use(optimizers):
        rng = np.random.default_rng(0)
        for _ in range(3):
            optimizers.draw(rng, 2)

    text, result = rendered(use)
    shell = subprocess.run(
        [sys.executable, "-i", "-q"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=hand_in(optimizers=CODE),
    )
    assert "Error" not in shell.stderr
    assert shell.stdout.strip() == str(result)


@pytest.mark.parametrize(
    ("derive", "expression"),
    [
        (lambda result: result[-1:].copy(), "r1[-1:][0]"),
        (lambda result: result.max(axis=0), "np.max(r1, axis=0)[0]"),
        (lambda result: np.diff(result), "np.diff(r1)[0]"),
    ],
)
def test_what_was_computed_from_a_result_is_printed(rendered, pasted, derive, expression):
    """A student sees the number that the message is about, not the array behind it."""
    text, result = rendered(
        lambda optimizers: optimizers.draw(np.random.default_rng(0), (3, 2)),
        lambda result: WrongValue(derive(result), "1, required 2", "{}[0]"),
    )
    assert text.splitlines()[-1] == f"print({expression})  # 1, required 2"
    assert pasted(text, "1")[0] == str(derive(result)[0]).splitlines()


def test_items_of_an_iterable_are_printed(rendered, pasted):
    """The name of a generator's type says nothing about its batches."""

    def use(optimizers):
        drain(optimizers.halves(np.array([1.0, 2.0])), at_most=2, what="the halves")

    text, _ = rendered(
        use, lambda result: WrongValue(result, "2 items", "[len(part) for part in {}]")
    )
    assert text.splitlines()[-2:] == [
        "r1 = list(optimizers.halves(x))",
        "print([len(part) for part in r1])  # 2 items",
    ]
    assert pasted(text, "1")[0] == ["[1, 1]"]


def test_a_call_that_shows_the_failure_alone_stands_alone(rendered):
    """The calls before it would only hide it."""

    def use(optimizers):
        for n in (1, 2):
            optimizers.halves(np.arange(n))

    text, _ = rendered(use, lambda result: WrongValue(result, "", "{}", is_alone=True))
    assert text.count("optimizers.halves") == 1
    assert "np.array([0, 1])" in text


def test_none_is_printed(rendered):
    """A forgotten return shows as None."""
    text, _ = rendered(lambda optimizers: optimizers.nothing())
    assert text.splitlines()[-1] == "print(r1)"


def test_containers_are_written_as_literals(rendered):
    """Dicts get a variable, as arrays do, and a set is written in one order."""

    def use(optimizers):
        optimizers.step(2.0, {"a": np.array([1.0]), ("b", 2): {"y", "x"}}, rate=1 + 2j)

    text, _ = rendered(use)
    assert "state = {'a': np.array([1.0]), ('b', 2): {'x', 'y'}}" in text
    assert "optimizers.step(2.0, state, rate=(1+2j))" in text


def test_the_wrong_part_of_a_dict_is_printed_by_its_key(rendered, pasted):
    """The key says where to look, as the index of an array does."""
    text, _ = rendered(
        lambda optimizers: optimizers.init(np.zeros(3)),
        lambda result: WrongValue(result["m"], "0, required 1", "{}[0]"),
    )
    assert text.splitlines()[-1] == "print(r1['m'][0])  # 0, required 1"
    assert pasted(text, "0")[0] == ["0.0"]
