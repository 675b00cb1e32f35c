"""The figures of the demos, without the caption that `backproof demo` adds below them."""

from __future__ import annotations

from backproof.assignment.demos import choose, load_demos, load_style
from backproof.authoring.figures import check, measure
from backproof.errors import UserError
from backproof.submission.local import LocalSubmission

# The path of a figure in the site, and its scale in pixels per inch.
PLACE, SCALE = "figures/{}", 120
_SEED = 0
_EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"/>'


def figures(assignment, selection):
    """Draw demos on the reference.

    Args:
        assignment: The assignment with the demos.
        selection: Names or numbers of the demos to draw, separated by commas, or ``all``; the
            others get an empty frame.

    Returns:
        The contents of the files, by their paths in the site.

    Raises:
        UserError: A demo does not exist, or its claim does not hold for the reference.

    """
    demos = load_demos(assignment)
    names = [name.strip() for name in selection.split(",") if name.strip()]
    drawn = {demo.name for demo in choose(demos, names)}
    contents = {}
    for demo in demos:
        files = _drawn(assignment, demo) if demo.name in drawn else _empty(assignment, demo)
        contents.update({PLACE.format(f"{demo.name}.{suffix}"): files[suffix] for suffix in files})
    return contents


def size(assignment, demo):
    """Return the width and height of a figure in pixels."""
    return round(load_style(assignment).WIDTH * SCALE), round(demo.about.height * SCALE)


def _drawn(assignment, demo):
    style, module = load_style(assignment), demo.module
    code = LocalSubmission(assignment.reference, assignment.units)
    measured = measure(demo, code, _SEED)
    code.close()
    problem = check(demo, measured)
    if problem:
        raise UserError(f"the reference does not show what demos/{demo.name}.py claims: {problem}")
    with style.look():
        figure = _figure(style, demo)
        module.draw(figure, measured)
        files = {"svg": style.rendered(figure, "svg")}
        if demo.moves:
            figure = _figure(style, demo)
            files["gif"] = style.animated(figure, module.animate(figure, measured))
    return files


def _figure(style, demo):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(style.WIDTH, demo.about.height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _empty(assignment, demo):
    frame = _EMPTY.format(*size(assignment, demo)).encode()
    return {"svg": frame, "gif": frame} if demo.moves else {"svg": frame}
