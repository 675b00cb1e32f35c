"""Values that cross between a worker and the grader: results, objects, later changes."""

import contextlib

import msgspec
import numpy as np
import pytest

from backproof.confined.confined_submission import ConfinedSubmission
from backproof.submission.iterables import drain
from backproof.submission.local import LocalSubmission
from backproof.submission.messages import SubmissionEnded

ODD = """
import sys
worker = sys.modules["backproof.worker.server"]
encode = worker.encode
def tanh(z):
    worker.encode = lambda reply: encode({reply})
    return 1.0
"""


@pytest.mark.parametrize(
    "reply",
    [
        "[1]",
        "(reply[0], None, 1.0, 0, None)) + encode((reply[0] + 1, None, 1.0, 0, None)",
        "(reply[0], 'passed', 'text', 0, None)",
        "(reply[0], 'not iterable', 'text', 0, None)",
        "(reply[0], 'exception', 5, 0, None)",
        "(reply[0] + 1, None, 1.0, 0, None)",
        "(reply[0], None, 1.0, -1, None)",
        "(reply[0], None, 1.0, 2**40, None)",
        "(reply[0], None, 1.0, 0, 5)",
        "(reply[0], None, 1.0, 0, {'warnings': 5})",
        "(reply[0], None, 1.0, 0, {'generators': 5})",
        "(reply[0], None, 1.0, 0, {'generators': [(2**30, 'PCG64 0 0 0 0 0')]})",
        "(reply[0], None, worker.Ref(3), 0, {'items': 5})",
        "(reply[0], None, worker.Ref(3), 0, {'items': [], 'end': [[], 1], 'later': []})",
        "(reply[0], None, worker.Ref(3), 0, {'items': [(1.0, -1)], 'end': [], 'later': []})",
        "(reply[0], None, worker.Ref(3), 0, {'items': [], 'end': [], 'later': [(0, 1.0)]})",
    ],
)
def test_a_reply_that_makes_no_sense_is_the_submissions_fault(opened, reply):
    """Such a reply must be neither believed nor reported as a fault of the grader."""
    submission = opened(activations=ODD.format(reply=reply))
    with pytest.raises(SubmissionEnded, match="invalid reply") as ended:
        submission.activations.tanh(1.0)
    assert ended.value.kind == "protocol"


GENERATORS = """
def tanh(rng):
    return rng.normal(size=3), rng.integers(10), rng.spawn(2)[1].random()

def late(rng):
    yield rng.random()
    yield rng.random()
"""


@pytest.mark.parametrize("seed", [0, 2**100, [3, 4, 5]])
def test_a_generator_moves_on_as_in_process(opened, hand_in, seed):
    """The caller's generator must not repeat numbers that the submission has drawn."""
    confined_, rngs = opened(activations=GENERATORS), [np.random.default_rng(seed) for _ in "ab"]
    results = []
    for submission, rng in zip((confined_, LocalSubmission(hand_in(), ("activations",))), rngs):  # noqa: B905  # two of each
        first = submission.activations.tanh(rng)
        epoch = submission.activations.late(rng)
        between = rng.random()
        items = drain(epoch, at_most=5, what="the epoch")
        results.append([first[0].tolist(), first[1:], between, items, rng.random(), rng.spawn(1)])
        submission.close()
    assert results[0][:-1] == results[1][:-1]
    assert results[0][-1][0].random() == results[1][-1][0].random()


BUFFERS = """
import numpy as np
buffer, rows = np.zeros(4), np.arange(6.0).reshape(3, 2)

def tanh(z):
    buffer[:] = z
    return {returned}
"""


@pytest.mark.parametrize(
    "returned", ["buffer", "buffer[1:]", "buffer[::-2]", "buffer.reshape(2, 2).T", "[(buffer,)]"]
)
def test_a_result_that_changes_later_shows_it_on_request(opened, returned):
    """As in the grader's own process: the first result is a snapshot until it is updated."""
    submission = opened(activations=BUFFERS.format(returned=returned))
    first, second = (submission.activations.tanh.observe(value) for value in (1.0, 2.0))
    assert np.unique(np.asarray(second.result)).tolist() == [2.0]
    assert np.unique(np.asarray(first.result)).tolist() == [1.0]
    assert np.unique(np.asarray(first.result_now())).tolist() == [2.0]


@pytest.mark.parametrize("forged", ["5", "[]", "[5]", "[np.zeros(3)]", "[np.zeros(4, np.int8)]"])
def test_an_update_that_does_not_fit_changes_nothing(opened, forged):
    """A worker may send anything in place of the present content of a result."""
    code = BUFFERS.format(returned="buffer") + ODD + "import numpy as np\n"
    code = code.replace("def tanh(z):\n    worker", "def relu(z):\n    worker")
    submission = opened(activations=code.format(reply=f"(reply[0], None, {forged}, 0, None)"))
    call = submission.activations.tanh.observe(1.0)
    submission.activations.relu.observe(0.0)
    with contextlib.suppress(SubmissionEnded):
        call.result_now()
    assert call.result.tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_result_comes_back_equal_when_it_is_handed_over(opened):
    """That must not depend on whether the student's code still holds the array."""
    code = "import numpy as np\ndef tanh(z):\n    return np.array(z) * 2.0\n"
    submission = opened(activations=code)
    first = submission.activations.tanh(1.0)
    submission.activations.tanh(5.0)
    assert submission.activations.tanh(first) == 4.0


OBJECTS = """
import numpy as np
class Tensor:
    def __init__(self, data): self.data = np.array(data)
    def __array__(self, dtype=None, copy=None): return self.data
class Number:
    def __float__(self): return 2.5
class Plain: pass
def tensor(): return Tensor([1.0, 2.0]), Number(), Plain()
def same(thing, other): return thing is other, type(thing).__name__
"""


def test_objects_stay_where_they_are(opened):
    """Only their type's name and their numeric value cross; the object could be anything."""
    submission = opened(activations=OBJECTS)
    tensor, number, plain = submission.activations.tensor()
    assert np.asarray(tensor).tolist() == [1.0, 2.0]
    assert float(number) == 2.5
    assert [type(thing).__name__ for thing in (tensor, number, plain)] == [
        *("Tensor", "Number", "Plain")
    ]
    assert submission.activations.same(plain, plain) == (True, "Plain")
    with pytest.raises(TypeError):
        np.asarray(plain)


EPOCHS = """
class Again:
    def __iter__(self):
        return iter(range({length}))
def sequential_minibatches(X, Y, q):
    return Again()
"""


@pytest.mark.parametrize("length", [0, 3, 1000, 1200])
def test_an_iterable_can_be_used_again_and_be_long(hand_in, assignment, length):
    """Items cross in three ways, which must give the same items."""
    folder = hand_in(minibatches=EPOCHS.format(length=length))
    with ConfinedSubmission(folder, assignment) as submission:
        submission.begin_property("minibatches")
        epoch = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        assert drain(epoch, at_most=5000, what="the epoch") == list(range(length))
        assert drain(epoch, at_most=5000, what="the epoch") == list(range(length))
        assert list(epoch) == list(range(length)) == list(epoch)


RESTARTING = """
class Epoch:
    def __iter__(self):
        self.number = 0
        return self
    def __next__(self):
        self.number += 1
        if self.number > {length}:
            raise StopIteration
        return float(self.number)
def sequential_minibatches(X, Y, q):
    return Epoch()
"""


@pytest.mark.parametrize("length", [3, 1200])
def test_an_iterator_that_restarts_is_asked_for_one_iterator(hand_in, assignment, length):
    """A class whose ``__iter__`` resets it and returns it is right, and common."""
    folder = hand_in(minibatches=RESTARTING.format(length=length))
    with ConfinedSubmission(folder, assignment) as submission:
        submission.begin_property("minibatches")
        epoch = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        expected = [float(number) for number in range(1, length + 1)]
        assert drain(epoch, at_most=5000, what="the epoch") == expected
        assert list(epoch) == expected


REFILLED = """
import numpy as np
def sequential_minibatches(X, Y, q):
    buffer = np.zeros(2)
    for number in range(3):
        buffer[:] = number
        yield buffer[:1], buffer[1:]
"""


def test_items_in_a_buffer_that_is_refilled_show_it(hand_in, assignment):
    """A property that keeps batches must see that a later one was written over them."""
    with ConfinedSubmission(hand_in(minibatches=REFILLED), assignment) as submission:
        submission.begin_property("minibatches")
        items = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        seen = [(x, float(x[0])) for x, _ in items]
        again = submission.minibatches.sequential_minibatches(1.0, 2.0, 3)
        drained = drain(again, at_most=5, what="the epoch")
    assert [then for _, then in seen] == [0.0, 1.0, 2.0]
    assert [float(now[0]) for now, _ in seen] == [2.0, 2.0, 2.0]
    assert [float(x[0]) for x, _ in drained] == [2.0, 2.0, 2.0]


def test_the_results_of_a_case_may_not_fill_the_grader(opened):
    """Many results within the limit of one could together use all memory."""
    code = "import numpy as np\ndef tanh(z):\n    return np.zeros(2**22)\n"
    submission = opened(activations=code)
    with pytest.raises(SubmissionEnded, match="needed more than") as ended:
        [submission.activations.tanh(1.0) for _ in range(12)]
    assert ended.value.kind == "memory"


def test_what_must_stay_in_the_worker_is_not_taken(hand_in, assignment):
    """A forged state could claim any content, so only references are accepted."""
    forged = ODD.format(reply="(reply[0], None, (1.0, 2.0), 0, None)").replace("tanh(z)", "step()")
    stays = msgspec.structs.replace(assignment, opaque={"activations.step": (1,)})
    with ConfinedSubmission(hand_in(activations=forged), stays) as submission:
        submission.begin_property("activations")
        with pytest.raises(SubmissionEnded, match="invalid reply"):
            submission.activations.step()
