"""Scripts of requests: how requests depend on answers, and how a property may not deviate."""

import numpy as np
import pytest

from backproof.casebook import frame_packing
from backproof.casebook.playback import Playback, digest_of, replies_in
from backproof.casebook.request_script import RequestRecorder, make_script
from backproof.confined.exchange import Diverged
from backproof.confined.remote_objects import CaseObjects
from backproof.wire.frames import encode
from backproof.wire.protocol import COPIES, MAY_FAIL, MORE, SAME, Reply
from backproof.wire.requests import PackedRequests


class Conversation:
    """A property's body that makes requests, and a worker that doubles arrays."""

    def __init__(self, body):
        self.body = body
        self.objects = CaseObjects(None)

    def through(self, tap, change=lambda array: np.asarray(2 * array)):
        """Run the body and pass each of its requests through ``tap``."""
        self.objects, self.numbered = CaseObjects(None), 0

        def ask(value):
            fresh = int(not self.numbered)
            request = ("call", "unit.double", [value], fresh, 0, None, None)
            reply = tap.exchange(request, lambda: Reply(None, change(value), self.numbered, {}))
            self.numbered += 1
            return self.objects.receive(reply.value, reply.ref)

        self.body(ask)

    def script(self):
        """Record the body with the worker's answers and with perturbed ones."""
        recorders = [RequestRecorder(lambda: self.objects, perturb=p) for p in (False, True)]
        for recorder in recorders:
            self.through(recorder)
        return make_script(*recorders)


X, X0 = np.array([1.0, 2.0]), np.array([1.0, 0.0])


def chained(ask):
    """Make a request, then another with a copy of its answer."""
    ask(np.array(ask(X)))


def test_what_does_not_depend_on_answers_is_sent_as_it_is():
    """Such requests are known before any answer."""
    script = Conversation(lambda ask: [ask(X), ask(3 * X)]).script()
    sent = [request[2][0] for request in script.requests]
    assert [array.tolist() for array in sent] == [[1, 2], [3, 6]]
    assert script.units == ("unit",)


def test_a_copy_of_an_answer_is_sent_as_a_reference():
    """The copy is made of the submission's own answer, which may differ from the reference's."""
    script = Conversation(chained).script()
    assert script.requests[1][2][0].number == COPIES + 0


def test_an_equal_array_that_is_no_answer_is_sent_as_it_is():
    """It equals an answer of the reference by chance; the perturbed recording shows that."""
    twice = np.array([2.0, 4.0])
    script = Conversation(lambda ask: [ask(twice), ask(X), ask(twice)]).script()
    assert script.requests[2][2][0].tolist() == [2, 4]


def test_what_gives_an_answer_away_is_asked_after_it():
    """A worker could read the answer to an earlier request in its own frame."""
    right = np.array([2.0, 4.0]) + 1e-12
    assert len(Conversation(lambda ask: [ask(X), ask(right)]).script().frames) == 2
    assert len(Conversation(lambda ask: [ask(right), ask(X)]).script().frames) == 1
    assert len(Conversation(lambda ask: [ask(right), ask(X), ask(right)]).script().frames) == 1


def test_a_frame_that_ends_within_a_case_says_so(monkeypatch):
    """The worker has to keep the objects of a case that continues in the next frame."""
    monkeypatch.setattr(frame_packing, "_MAX_FRAME_NODES", 1)
    frames = Conversation(chained).script().frames
    first, second = (PackedRequests(frame).requests for frame in frames)
    assert first[-1] == [MORE]
    assert second[-1][0] == "unit.double"


def test_equal_named_arguments_are_sent_once_in_a_row():
    """Only values that no call can change are left out, and only if all bits are equal."""

    def call(named):
        return ("call", "unit.step", [X], 0, 0, named, None)

    plain = [{"beta": 0.0}, {"beta": 0.0}, {"beta": -0.0}, None, {"beta": -0.0}]
    sent = frame_packing.shortened([call(named) for named in plain])
    assert [request[3:4] for request in sent] == [
        ({"beta": 0.0},),
        (SAME,),
        ({"beta": -0.0},),
        (),
        ({"beta": -0.0},),
    ]
    lists = frame_packing.shortened([call({"state": [1.0]}), call({"state": [1.0]})])
    assert lists[1][3] == {"state": [1.0]}


def test_answers_without_dimensions_are_perturbed_as_what_they_are():
    """A perturbed scalar in place of an array could not be handed back by its number."""
    script = Conversation(lambda ask: ask(ask(np.array(2.0)))).script()
    assert script.requests[1][2][0].number == 0


def test_numbers_of_numpys_are_perturbed_too():
    """Otherwise a request that depends on a loss would look like a constant."""

    def body(ask):
        ask(float(ask(X)) * X)

    talk = Conversation(body)
    recorders = [RequestRecorder(lambda: talk.objects, perturb=p) for p in (False, True)]
    for recorder in recorders:
        talk.through(recorder, change=lambda array: np.float64(np.mean(array)))
    assert make_script(*recorders) is None


def test_a_call_that_raises_in_the_reference_may_raise_in_a_submission():
    """A rule that requires exceptions has one in each case, and is sent as one batch."""
    objects = CaseObjects(None)
    recorder = RequestRecorder(lambda: objects, perturb=False)
    for number, failed in enumerate(("exception", None)):
        request = ("call", "unit.f", [X], 0, number, None, None)
        recorder.exchange(request, lambda failed=failed: Reply(failed, "ValueError", 0, {}))
    script = make_script(recorder, None)
    assert [bool(request[3] & MAY_FAIL) for request in script.requests] == [True, False]


def test_what_is_computed_from_answers_makes_no_script():
    """Such a request cannot be known before the answer, so the property runs call by call."""
    assert Conversation(lambda ask: ask(ask(X) + 1)).script() is None


@pytest.mark.parametrize("change", [lambda a: 2 * a, lambda a: a * (2 + 1e-12)])
def test_other_answers_play_back_as_well(change):
    """A script is for all submissions, whatever their answers."""
    talk = Conversation(chained)
    script = talk.script()
    first = change(X)
    replies = [Reply(None, first, 0, {}), Reply(None, change(first), 1, {})]
    playback = Playback(script, replies, lambda: talk.objects)
    talk.through(playback)
    playback.require_end()


@pytest.mark.parametrize(
    "body",
    [
        lambda ask: ask(X0 + 1e-15),
        lambda ask: ask(np.array([1.0, -0.0])),
        lambda ask: ask(X0.astype(np.float32)),
        lambda ask: ask(X0.tolist()),
        lambda ask: ask(X0[:1]),
        lambda ask: [ask(X0), ask(X0)],
    ],
)
def test_a_property_that_asks_for_anything_else_diverges(body):
    """Otherwise it would get the answer to another question."""
    script = Conversation(lambda ask: ask(X0)).script()
    talk = Conversation(body)
    with pytest.raises(Diverged):
        talk.through(Playback(script, [Reply(None, 2 * X0, 0, {})], lambda: talk.objects))


def test_a_copy_of_another_answer_diverges():
    """The worker's copy must equal, bit by bit, the copy that the property made."""
    talk = Conversation(lambda ask: [ask(X), ask(2 * X + 1e-15)])
    replies = [Reply(None, 2 * X, 0, {}), Reply(None, X, 1, {})]
    with pytest.raises(Diverged):
        talk.through(Playback(Conversation(chained).script(), replies, lambda: talk.objects))


def test_an_answer_that_is_handed_back_itself_diverges():
    """It would be sent by its number, but the script has its content."""
    script = Conversation(lambda ask: [ask(X), ask(3 * X)]).script()
    talk = Conversation(lambda ask: ask(ask(X)))
    replies = [Reply(None, 3 * X, 0, {}), Reply(None, X, 1, {})]
    with pytest.raises(Diverged):
        talk.through(Playback(script, replies, lambda: talk.objects))


def test_a_property_that_asks_for_less_diverges():
    """A call that the property did not make may have changed the submission's state."""
    script = Conversation(lambda ask: [ask(X), ask(X)]).script()
    talk = Conversation(lambda ask: ask(X))
    playback = Playback(
        script, [Reply(None, X, 0, {}), Reply(None, X, 1, {})], lambda: talk.objects
    )
    talk.through(playback)
    with pytest.raises(Diverged):
        playback.require_end()


def frame(value):
    """Encode a value as a worker's frame of replies."""
    return np.frombuffer(encode(value), np.uint8)


def test_an_answer_without_a_result_is_the_last():
    """The property fails with it, so what was asked afterwards does not count."""
    right, raised = (None, X, 0, None), ("exception", "ValueError", 0, None)
    frames = [frame([right, raised, right]), frame([right])]
    call, allowed = (("call", "unit.f", [], flags, 0, None, None) for flags in (0, MAY_FAIL))
    replies = replies_in(frames, 4 * [call])
    assert [reply.failed for reply in replies] == [None, "exception"]
    # The right function raised an exception, too, so the property goes on.
    assert len(replies_in(frames, [call, allowed, call, call])) == 4
    crashed = frame([right, ("memory", "MemoryError", 0, None), right])
    assert len(replies_in([crashed], 3 * [allowed])) == 2


def test_answers_are_told_from_nonsense():
    """After nonsense the property is run again, call by call."""
    right = [(None, X, 0, None)]
    assert [reply.value.tolist() for reply in replies_in([frame(right)], [()])] == [[1, 2]]
    for nonsense in (frame(5), frame([5]), frame([(None, X, -1, None)]), frame(right)[:-1], None):
        with pytest.raises(Diverged):
            replies_in([nonsense], [()])


def test_a_digest_tells_answers_apart():
    """A property that passes with some answers need not pass with others."""
    one, two = frame([1.0]), frame([2.0])
    digests = {digest_of(answers) for answers in ([one], [two], [one, two], [two, one], [])}
    assert len(digests) == 5
