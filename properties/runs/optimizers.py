"""Runs of a submission's optimizers: their steps, and the steps that are required."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial

import numpy as np

from backproof.testing import (
    TOLERANCE,
    Mismatch,
    NotStarted,
    SubmissionEnded,
    as_array,
    assert_close,
    assert_one_of,
    assert_that,
    unpack,
)
from properties.oracles import optimizers as oracle

RULES = ("gradient_descent", "momentum", "rmsprop", "adam")
WITH_STATE = RULES[1:]


@dataclass(frozen=True)
class Step:
    """One step that a submission took: its call, what it returned as theta, copies from and to."""

    call: object
    returned: object
    before: np.ndarray
    after: np.ndarray


def usually(rate, hyperparameters):
    """Pass the learning rate by position and the rest by name."""
    return (rate,), hyperparameters


def by_position(rate, hyperparameters):
    """Pass everything by position."""
    return (rate, *hyperparameters.values()), {}


def by_name(rate, hyperparameters):
    """Pass everything by name."""
    return (), {"learning_rate": rate, **hyperparameters}


def left_out(rate, hyperparameters):
    """Pass the learning rate alone."""
    return (rate,), {}


@dataclass(frozen=True)
class Plain:
    """A call of which the result alone is known."""

    result: object


def unobserved(function, *arguments, **named):
    """Call a function."""
    return Plain(function(*arguments, **named))


def observed(function, *arguments, **named):
    """Call a function and observe the call."""
    return function.observe(*arguments, **named)


def unused(call):
    """Do nothing with a call."""


def walk(submission, rule, run, *, passing=usually, afterwards=None):
    """Take the steps of a run, each from where the one before ended, and yield each.

    Args:
        submission: Whose functions to call.
        rule: The rule's name.
        run: The run.
        passing: Splits learning rate and hyper-parameters into arguments by position and by name.
        afterwards: What to do with each call once its results are copied; by default nothing, and
            then the calls need not be observed, which takes time.

    """
    memory, theta = (), run.theta
    call_it = unobserved if afterwards is None else observed
    if rule in WITH_STATE:
        call = call_it(getattr(submission.optimizers, f"{rule}_init"), theta)
        memory = (call.result,)
        (afterwards or unused)(replace(call, result=memory))  # None may be a state, too
    take_step = partial(call_it, getattr(submission.optimizers, f"{rule}_step"))
    for number, gradient in enumerate(run.gradients):
        numbers, named = passing(run.learning_rates[number], run.hyperparameters(rule))
        call = take_step(theta, np.asarray(gradient), *memory, *numbers, **named)
        returned, *memory = unpack(call.result, "theta", "state") if memory else (call.result,)
        after = as_array(returned, f"theta after step {number + 1}", theta.shape)
        (afterwards or unused)(call)
        assert_that(np.isfinite(after).all(), f"theta = {after.tolist()}", "finite numbers")
        yield Step(call, returned, theta, after)
        theta = after


def judged(steps, required, accepted):
    """Pass the steps on while they are, from the first on, those of one accepted name.

    Args:
        steps: The submission's, from ``walk``.
        required: The displacements of all steps, by name.
        accepted: The names that are right; the others are for the message.

    """
    names, right = list(required), np.array([name in accepted for name in required])
    displacements, kept = np.array(list(required.values())), np.ones(len(names), dtype=bool)
    path = []
    for number, step in enumerate(steps):
        path = path or [step.before]
        wanted = step.before + displacements[:, number]
        errors, slack = np.abs(step.after - wanted), TOLERANCE * np.maximum(1, np.abs(wanted))
        fits = (errors <= slack).reshape(len(names), -1).all(axis=1)
        if not (kept & right & fits).any():
            nearest = min(np.flatnonzero(kept & right), key=lambda index: errors[index].max())
            note = _placement(names, fits, kept)
            taken = np.array([*path, step.after, *rest_of(steps)])
            right = taken[0] + np.cumsum([0 * taken[0], *displacements[nearest]], axis=0)
            drawn = taken, right[: len(taken)]
            what = f"theta after step {number + 1}"
            assert_close(step.after, wanted[nearest], what, rule=note, path=drawn)
        kept &= fits
        path.append(step.after)
        yield step


def rest_of(steps):
    """Yield theta after each step that is left, because the picture shows the whole run."""
    with suppress(Mismatch, NotStarted, SubmissionEnded):
        for step in steps:
            yield step.after


def _placement(names, fits, kept):
    """Say where a wrong step has its ε, if that is known."""
    if (kept & fits).any():
        return f"your steps have ε {names[(kept & fits).argmax()]}"
    return f"this step has ε {names[fits.argmax()]}, unlike those before" if fits.any() else ""


def follow(submission, rule, run, required=None, accepted=None, **keywords):
    """Take all steps of a run; they must be the ones required, the closed form's by default."""
    required = oracle.displacements(rule, run) if required is None else required
    list(judged(walk(submission, rule, run, **keywords), required, accepted or tuple(required)))


def follow_in_turns(submission, rule, *runs):
    """Take the first steps of all runs, then their second steps, and so on."""
    required = [oracle.displacements(rule, run) for run in runs]
    walks = [walk(submission, rule, run) for run in runs]
    tracks = [judged(w, r, tuple(r)) for w, r in zip(walks, required, strict=True)]
    list(zip(*tracks, strict=True))


def thetas_of(submission, rule, run):
    """Theta before a run, (1, …), and theta after each of its steps, one below the other.

    It takes a third of the time of ``walk``, as it makes no notes of each call.
    """
    init, step = (getattr(submission.optimizers, f"{rule}_{part}") for part in ("init", "step"))
    memory, thetas = (init(run.theta),) if rule in WITH_STATE else (), [run.theta]
    numbers = zip(run.gradients, run.learning_rates, strict=True)
    for gradient, rate in numbers:
        result = step(thetas[-1], gradient, *memory, rate, **run.hyperparameters(rule))
        returned, *memory = unpack(result, "theta", "state") if memory else (result,)
        thetas.append(as_array(returned, "theta", run.theta.shape))
    return np.array(thetas)


def assert_steps(thetas, required):
    """Each step leads from the theta before it to where the closed form does."""
    with np.errstate(all="ignore"):
        wanted = {name: thetas[:-1] + steps for name, steps in required.items()}
    assert_one_of(thetas[1:], wanted, "the thetas, one row for each step,")


@cache
def run_with_steps(rule, make, **settings):
    """Give a run of a strategy, and the steps of it that are right."""
    run = make(**settings)
    return run, oracle.displacements(rule, run)


def overwrite(call):
    """Use the arrays that were handed over for something else."""
    call.overwrite_arguments(1000.0)
