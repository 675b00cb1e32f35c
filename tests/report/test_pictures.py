"""Pictures of failures: the numbers in the SVG, against the evidence."""

import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from backproof.grades import evidence
from backproof.report.html.evidence_pictures import draw
from tests.support.report_examples import HOSTILE

_ELEMENTS = {"svg", "g", "title", "text", "rect", "path", "circle"}


def drawn(found):
    """Draw and parse; require that the elements are ours and the caption has all words."""
    picture = draw(found)
    svg = ElementTree.fromstring(picture.svg)
    assert {element.tag for element in svg.iter()} <= _ELEMENTS
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == picture.caption
    return picture, svg


def of_class(svg, name):
    """Return the elements that have a class."""
    return [element for element in svg.iter() if name in element.get("class", "").split()]


def texts(element):
    """Return the text in an element without titles."""
    return [text.text for text in element.iter("text")]


def entries(returned, required, what="dW"):
    """Return the evidence of two arrays that differ."""
    returned, required = np.array(returned), np.array(required)
    return evidence.of_entries(returned, required, returned != required, what)


def test_wrong_entries_are_outlined_with_both_numbers():
    """A student compares the numbers; the caption directs to the largest error."""
    picture, svg = drawn(entries([[1.0, 2.5], [3.0, 8.0]], [[1.0, 2.0], [3.0, 4.0]]))
    assert [texts(cell) for cell in of_class(svg, "level0")] == [["1"], ["3"]]
    assert [texts(cell) for cell in of_class(svg, "level1")] == [["2.5", "2"]]
    assert [texts(cell) for cell in of_class(svg, "level4")] == [["8", "4"]]
    assert "dW, 2 of 4 entries are wrong" in picture.caption
    assert "Farthest off is [1, 1]: returned 8, required 4." in picture.caption
    assert "[1, 1]: 8 returned, 4 required" in [title.text for title in svg.iter("title")]


def test_what_is_not_finite_is_farthest_off():
    """NaN has no distance, and infinity may be the required value."""
    found = {
        **entries([[1.0, 2.0, 9.0]], [[0.0, 0.0, 0.0]]),
        "returned": [["NaN", "inf", 9.0]],
        "required": [[0.0, "inf", 0.0]],
    }
    picture, svg = drawn(found)
    assert [texts(cell)[0] for cell in of_class(svg, "level4")] == ["NaN", "9"]
    assert "returned NaN, required 0." in picture.caption


@given(array_shapes(min_dims=1, max_dims=3, max_side=12), st.sampled_from([1, 40]))
def test_every_cell_lies_inside_and_none_on_another(shape, stretch):
    """Overlapping cells would hide a wrong entry; a long vector is wrapped."""
    returned = np.arange(float(math.prod(shape)) * stretch).reshape(*shape[:-1], -1)
    found = entries(returned, returned + (returned % 3 > 0))
    if found is None:
        return
    _, svg = drawn(found)
    _, _, width, height = map(float, svg.get("viewBox").split())
    names = ("x", "y", "width", "height")
    boxes = [[float(rect.get(name)) for name in names] for rect in svg.iter("rect")]
    (right,) = of_class(svg, "right")
    number = r"([\d.]+)"
    right = re.findall(rf"M{number} {number}h{number}v{number}h", right.get("d"))
    boxes += [list(map(float, box)) for box in right]
    corners = []
    for x, y, across, down in boxes:
        assert 0 <= x < x + across <= width
        assert 0 <= y < y + down <= height
        corners.append((x, y))
    assert len(set(corners)) == len(corners) == returned.size


def test_a_dot_lies_on_its_bar_where_it_passed():
    """The shape shows the verdict too, because not everyone can tell the colours apart."""
    picture, svg = drawn(evidence.of_measured([1.0, 3.0], [0.5, 0.5], [1.5, 1.5], "variance"))
    (inside,), (outside,) = of_class(svg, "inside"), of_class(svg, "outside")
    bars = of_class(svg, "allowed")
    left, width = float(bars[0].get("x")), float(bars[0].get("width"))
    assert left < float(inside.find("circle").get("cx")) < left + width
    diamond = next(path for path in outside.iter("path") if path.get("class") is None)
    assert float(re.match(r"M([\d.]+)", diamond.get("d"))[1]) > left + width
    assert texts(outside) == ["2", "✗ 3, required 0.5 to 1.5"]
    assert "variance, 1 of 2 measured out of bounds." in picture.caption
    assert "logarithmic" not in picture.caption


def test_a_wide_range_is_logarithmic():
    """On a linear scale all small values would lie on one point."""
    picture, svg = drawn(evidence.of_measured([1.0, 100.0, 1e4], 0.5, 2e4, "variance"))
    x = [float(circle.get("cx")) for circle in svg.iter("circle")]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.02)
    assert "The scale is logarithmic." in picture.caption


def test_bounds_may_be_open():
    """A bar without an end reaches the edge of the picture."""
    _, svg = drawn(evidence.of_measured([1.0], [0.5], [math.inf], "variance"))
    (bar,) = of_class(svg, "allowed")
    assert float(bar.get("x")) + float(bar.get("width")) == 300
    assert texts(svg) == ["✓ 1, required 0.5 to inf"]


def test_of_many_statistics_those_that_failed_are_drawn():
    """Students need the failures, and the caption counts what is missing."""
    values = np.ones(60)
    values[[3, 59]] = 9
    picture, svg = drawn(evidence.of_measured(values, 0.5, 1.5, "variance"))
    assert [texts(one)[0] for one in of_class(svg, "outside")] == ["4", "60"]
    assert len(of_class(svg, "interval")) == 24
    assert "36 are left out" in picture.caption


def test_a_path_is_drawn_on_the_right_one():
    """A student sees from which step on θ is wrong."""
    returned = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    required = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 1.0]])
    picture, svg = drawn(evidence.of_path(returned, required, "θ"))
    first, second = of_class(svg, "panel")
    lines = [path.get("d") for path in first.iter("path") if path.get("class") != "axis"]
    assert [line.count("L") for line in lines] == [2, 2]
    assert lines[0] != lines[1]
    lines = [path.get("d") for path in second.iter("path") if path.get("class") != "axis"]
    assert lines[0] == lines[1]
    assert "entry 0 after step 3: returned 2, required 0." in picture.caption


def test_a_path_breaks_off_where_it_is_no_number():
    """A line through NaN would suggest values; the step is written instead."""
    returned = np.array([[0.0], [math.nan], [math.inf], [1.0]])
    _, svg = drawn(evidence.of_path(returned, np.zeros((4, 1)), "θ"))
    line = of_class(of_class(svg, "panel")[0], "returned")[0].get("d")
    assert (line.count("M"), line.count("L")) == (2, 0)
    assert "✗ NaN after step 2" in texts(svg)


def test_of_many_entries_those_farthest_off_are_drawn():
    """They stay in the order of the array, so that indices can be read."""
    off = np.zeros((3, 20))
    off[2, [1, 4, 6, 8, 15, 19]] = 1
    picture, svg = drawn(evidence.of_path(off, np.zeros((3, 20)), "θ"))
    names = [texts(panel)[0] for panel in of_class(svg, "panel")]
    assert names == [f"entry {n}" for n in (1, 4, 6, 8, 15, 19)]
    assert "6 of 20 entries" in picture.caption


def test_names_and_labels_are_text():
    """Labels may contain text of a student, which must create no element."""
    _, svg = drawn(entries([[1.0, 2.0]], [[1.0, 3.0]], what=HOSTILE))
    assert "<script>" in svg.get("aria-label")
    measured = evidence.of_measured([1.0], [0.0], [2.0], HOSTILE)
    _, svg = drawn(evidence.labelled(measured, HOSTILE))
    assert "<script>" in texts(svg)[0]


def test_a_kind_that_is_not_known_is_not_drawn():
    """A later version may store other kinds of evidence in a grade."""
    assert draw({"kind": "film"}) is None


_NUMBERS = arrays(float, st.tuples(st.integers(1, 4), st.integers(2, 9)), elements=st.floats())


@given(_NUMBERS, st.data())
def test_any_numbers_can_be_drawn(returned, data):
    """Huge, tiny and missing numbers must not give a coordinate that is not finite."""
    required = data.draw(arrays(float, returned.shape, elements=st.floats()))
    low, high = np.fmin(returned, required), np.fmax(returned, required)
    for found in (
        evidence.of_entries(returned, required, returned != required, "dW"),
        evidence.of_measured(returned, low, high, "variance"),
        evidence.of_path(returned, required, "θ"),
    ):
        _, svg = drawn(found)
        for element in svg.iter():
            place = [element.get(name, "0") for name in ("x", "y", "width", "height", "cx", "cy")]
            assert all(math.isfinite(float(number)) for number in place)
            assert not re.search("nan|inf", element.get("d", ""))
