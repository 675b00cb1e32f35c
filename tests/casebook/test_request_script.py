"""Requests that are asked ahead: what depends on answers, and what a property may not differ in."""

import numpy as np
import pytest

from backproof.casebook import frame_packing
from backproof.casebook.playback import Playback, digest_of, replies_in
from backproof.casebook.request_script import RequestRecorder, Unanswered, make_script
from backproof.confined.exchange import Diverged
from backproof.confined.remote_objects import CaseObjects
from backproof.wire.frames import decode_frame, encode
from backproof.wire.protocol import COPIES, MORE, SAME, Reply


class Conversation:
    """A body that asks, and a fake worker that doubles what it is handed."""

    def __init__(self, body):
        self.body = body
        self.objects = CaseObjects(None)

    def through(self, tap, change=lambda array: np.asarray(2 * array)):
        """Run the body; each of its requests goes through ``tap``."""
        self.objects, self.numbered = CaseObjects(None), 0

        def ask(value):
            fresh = int(not self.numbered)
            request = ("call", "unit.double", [value], fresh, 0, None, None)
            reply = tap.exchange(request, lambda: Reply(None, change(value), self.numbered, {}))
            self.numbered += 1
            return self.objects.receive(reply.value, reply.ref)

        self.body(ask)

    def script(self):
        """Record the body, as it is and with perturbed answers."""
        recorders = [RequestRecorder(lambda: self.objects, perturb=p) for p in (False, True)]
        for recorder in recorders:
            self.through(recorder)
        return make_script(*recorders)


X, X0 = np.array([1.0, 2.0]), np.array([1.0, 0.0])


def chained(ask):
    """Ask for something, then for what came of it."""
    ask(np.array(ask(X)))


def test_what_does_not_depend_on_answers_is_sent_as_it_is():
    """Both requests are known beforehand."""
    script = Conversation(lambda ask: [ask(X), ask(3 * X)]).script()
    sent = [request[2][0] for request in script.requests]
    assert [array.tolist() for array in sent] == [[1, 2], [3, 6]]
    assert script.units == ("unit",)


def test_a_copy_of_an_answer_is_sent_as_a_reference():
    """The worker makes it of its own answer, whatever that is."""
    script = Conversation(chained).script()
    assert script.requests[1][2][0].number == COPIES + 0


def test_an_equal_array_that_is_no_answer_is_sent_as_it_is():
    """That it equals an answer of the reference's is chance: perturbed answers tell."""
    twice = np.array([2.0, 4.0])
    script = Conversation(lambda ask: [ask(twice), ask(X), ask(twice)]).script()
    assert script.requests[2][2][0].tolist() == [2, 4]


def test_what_gives_an_answer_away_is_asked_after_it():
    """In a frame of its own: a worker would read there what an earlier request asks for."""
    right = np.array([2.0, 4.0]) + 1e-12
    assert len(Conversation(lambda ask: [ask(X), ask(right)]).script().frames) == 2
    assert len(Conversation(lambda ask: [ask(right), ask(X)]).script().frames) == 1
    assert len(Conversation(lambda ask: [ask(right), ask(X), ask(right)]).script().frames) == 1


def test_a_frame_that_ends_within_a_case_says_so(monkeypatch):
    """And one that ends with a case does not."""
    monkeypatch.setattr(frame_packing, "_MAX_FRAME_NODES", 1)
    frames = Conversation(chained).script().frames
    first, second = (decode_frame(frame.tobytes()) for frame in frames)
    assert first[-1] == (MORE,)
    assert second[-1][0] == "unit.double"


def test_equal_named_arguments_are_sent_once_in_a_row():
    """As long as nobody could change them, and to the last bit: 0.0 is not -0.0."""

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
    """An array that is handed back is one in both recordings."""
    script = Conversation(lambda ask: ask(ask(np.array(2.0)))).script()
    assert script.requests[1][2][0].number == 0


def test_numbers_of_numpys_are_perturbed_too():
    """A request that depends on a loss is none that can be asked ahead."""

    def body(ask):
        ask(float(ask(X)) * X)

    talk = Conversation(body)
    recorders = [RequestRecorder(lambda: talk.objects, perturb=p) for p in (False, True)]
    for recorder in recorders:
        talk.through(recorder, change=lambda array: np.float64(np.mean(array)))
    assert make_script(*recorders) is None


def test_what_is_computed_from_answers_makes_no_script():
    """It is asked call by call."""
    assert Conversation(lambda ask: ask(ask(X) + 1)).script() is None


@pytest.mark.parametrize("change", [lambda a: 2 * a, lambda a: a * (2 + 1e-12)])
def test_other_answers_play_back_as_well(change):
    """A property that asks for what was sent gets the answers, one after the other."""
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
    """Not a bit may differ, nor may there be one request more."""
    script = Conversation(lambda ask: ask(X0)).script()
    talk = Conversation(body)
    with pytest.raises(Diverged):
        talk.through(Playback(script, [Reply(None, 2 * X0, 0, {})], lambda: talk.objects))


def test_a_copy_of_another_answer_diverges():
    """What the worker made of its own answer has to be what the property makes of it."""
    talk = Conversation(lambda ask: [ask(X), ask(2 * X + 1e-15)])
    replies = [Reply(None, 2 * X, 0, {}), Reply(None, X, 1, {})]
    with pytest.raises(Diverged):
        talk.through(Playback(Conversation(chained).script(), replies, lambda: talk.objects))


def test_an_answer_that_is_handed_back_itself_diverges():
    """It would go by its number, where the script has what it is."""
    script = Conversation(lambda ask: [ask(X), ask(3 * X)]).script()
    talk = Conversation(lambda ask: ask(ask(X)))
    replies = [Reply(None, 3 * X, 0, {}), Reply(None, X, 1, {})]
    with pytest.raises(Diverged):
        talk.through(Playback(script, replies, lambda: talk.objects))


def test_a_property_that_asks_for_less_diverges():
    """What was asked ahead in vain may have changed what the submission does."""
    script = Conversation(lambda ask: [ask(X), ask(X)]).script()
    talk = Conversation(lambda ask: ask(X))
    playback = Playback(
        script, [Reply(None, X, 0, {}), Reply(None, X, 1, {})], lambda: talk.objects
    )
    talk.through(playback)
    with pytest.raises(Diverged):
        playback.require_end()


def frame(value):
    """Encode a value as it comes back from a worker."""
    return np.frombuffer(encode(value), np.uint8)


def test_answers_without_a_result_are_told_from_nonsense():
    """The first fail their property; the second are asked for again, call by call."""
    right = [(None, X, 0, None)]
    assert [reply.value.tolist() for reply in replies_in([frame(right)])] == [[1, 2]]
    with pytest.raises(Unanswered):
        replies_in([frame([*right, ("exception", "ValueError", 0, None)])])
    for nonsense in (frame(5), frame([5]), frame([(None, X, -1, None)]), frame(right)[:-1], None):
        with pytest.raises(Diverged):
            replies_in([nonsense])


def test_a_digest_tells_answers_apart():
    """By content, order and where one frame ends."""
    one, two = frame([1.0]), frame([2.0])
    digests = {digest_of(answers) for answers in ([one], [two], [one, two], [two, one], [])}
    assert len(digests) == 5
