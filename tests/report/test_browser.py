"""The HTML reports in a browser: scripts, filters, printing, accessibility and hostile text."""

import os

import numpy as np
import pytest

from backproof.grades import evidence
from backproof.grades.outcomes import BLOCKED, FAILED, NOT_STARTED, PASSED
from backproof.grades.results import Student
from backproof.report.html.class_page import render as render_class
from backproof.report.html.student_page import render, render_fragment
from tests.support.browser import MISSING, browser_path, opened_browser
from tests.support.report_examples import HOSTILE, TITLE, grade, outcome, result

# One process starts the browser, and starts it once.
pytestmark = pytest.mark.exhaustive

_PHONE = {"width": 360, "height": 720}

_ATTACKS = (
    HOSTILE.replace("alert(1)", "window.hit = 1"),
    '"><img src=x onerror="window.hit = 1">',
    "</script></style></title></textarea><script>window.hit = 1</script>",
    "<svg onload='window.hit = 1'><a href='javascript:window.hit = 1'>x</a>",
)

# Returns the contrast of each visible text with its background, as WCAG 2 defines it.
_CONTRASTS = """
() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const luminance = (color) => {
    const [r, g, b] = parse(color).slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    const cell = element.closest(".cell");
    if (cell) return getComputedStyle(cell.querySelector("rect")).fill;
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (parse(color)[3] !== 0) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    if (element.closest("script, style, title, option")) continue;
    const style = getComputedStyle(element);
    const color = element instanceof SVGElement ? style.fill : style.color;
    const [light, dark] = [luminance(color), luminance(behind(element))].sort((a, b) => b - a);
    found.push([(light + 0.05) / (dark + 0.05), walker.currentNode.textContent.trim()]);
  }
  return found;
}
"""


@pytest.fixture(scope="module")
def browser():
    """Return an installed Chromium; nothing is downloaded."""
    path = browser_path()
    if path is None:
        pytest.fail(MISSING) if os.environ.get("CI") else pytest.skip(MISSING)
    with opened_browser(path) as launched:
        yield launched


@pytest.fixture
def show(browser, tmp_path):
    """Open a page as a file; require that it runs without errors and requests nothing else."""
    contexts, troubles = [], []

    def opened(source, **options):
        file = tmp_path / "page.html"
        file.write_text(source, encoding="utf-8")
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(300_000)  # only a page that hangs takes as long
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith("file:") else troubles.append(request.url)
            ),
        )
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert troubles == []


def student_page():
    """Return a page that shows everything a page can show."""
    drawn = (
        evidence.of_entries(
            np.arange(12.0).reshape(3, 4), np.zeros((3, 4)), np.eye(3, 4) > 0, "dW"
        ),
        evidence.of_entries(np.arange(600.0), np.zeros(600), np.arange(600) % 2 > 0, "θ"),
        evidence.of_measured([1.0, 9.0], 0.5, 1.5, "variance"),
        evidence.of_path(np.arange(12.0).reshape(4, 3), np.ones((4, 3)), "θ"),
    )
    long = "r1 = layers.f(np.array([" + ", ".join(["0.123456789"] * 60) + "]))"
    failed = [outcome(n, "layers", FAILED, evidence=e, case=long) for n, e in enumerate(drawn)]
    return render(
        grade(
            outcome(1, "activations", PASSED),
            *failed,
            outcome(7, "layers", PASSED),
            outcome(8, "network", BLOCKED, message=f"returned: {'x' * 400}\nrequired: y"),
            outcome(9, "network", NOT_STARTED),
        ),
        TITLE,
    )


def class_page(**options):
    """Return a page of thirty students, ordered by score but for the first property."""
    units = ("activations", "layers", "network")

    def outcomes(skill):
        for n in range(12):
            passed = skill < 15 if n == 0 else (7 * skill + 11 * n) % 30 < skill
            status, mistakes = (PASSED, ()) if passed else (FAILED, ("layers.sign",))
            yield outcome(n, units[n // 4], status, mistakes=mistakes)

    results = [result(f"s{student}", grade(*outcomes(student))) for student in range(30)]
    return render_class([*results, result("zoe")], TITLE, **options)


@pytest.fixture(params=["student", "class"])
def source(request):
    """Return each of the two pages."""
    return student_page() if request.param == "student" else class_page(pages="html")


def test_pages_run_without_an_error_and_ask_for_nothing(show, source):
    """A report must work offline, and must not report to another host that it was opened."""
    page = show(source)
    assert page.locator("h1").inner_text()


def test_nothing_is_wider_than_a_phone(show, source):
    """Wide content scrolls in a frame of its own, so that text never has to."""
    page = show(source, viewport=_PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_table_of_students_fits_a_common_screen(show):
    """Nine units and long names need no scrolling to the side at 1280 pixels."""
    units = ("activations", "initialization", "minibatches", "normalization", "optimizers")
    of = grade(*(outcome(1, unit) for unit in (*units, "layers", "losses", "network", "training")))
    students = (Student("s017", "Maximiliane von Hohenberg-Lüdenscheidt"),)
    page = show(render_class([result("s017", of, students=students)], TITLE, pages="html"))
    widths = "[aria-label=Students]", "(table) => [table.scrollWidth, table.clientWidth]"
    page.set_viewport_size({"width": 1280, "height": 900})
    content, visible_width = page.eval_on_selector(*widths)
    assert content == visible_width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_the_contrast_to_be_read(show, source, scheme):
    """WCAG requires 4.5 to 1 for small text at level AA, in light and in dark mode."""
    page = show(source, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = page.evaluate(_CONTRASTS)
    assert len(found) > 60
    assert [text for contrast, text in found if contrast < 4.5] == []
    lightness = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0]")
    assert (int(lightness) > 128) == (scheme == "light")


@pytest.mark.parametrize("is_light", ["true", "false"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_a_notebook_the_theme_is_that_of_the_notebook(show, is_light, scheme):
    """A notebook may be dark where the system is light, and colors classes and headings itself."""
    style = "body { background: #111 } .failed, .host h3, .host h4 { color: darkred }"
    part = render_fragment(grade(outcome(1), outcome(2, status=BLOCKED)))
    body = f'<body data-jp-theme-light="{is_light}"><div class="host">{part}</div></body>'
    page = show(f"<!doctype html><style>{style}</style>{body}", color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
    found = page.evaluate(_CONTRASTS)
    assert [text for contrast, text in found if contrast < 4.5] == []
    report = "document.querySelector('.backproof')"
    lightness = page.evaluate(f"getComputedStyle({report}).backgroundColor.match(/\\d+/)[0]")
    assert (int(lightness) > 128) == (is_light == "true")


def shown(page):
    """Return the headings of the visible rules."""
    return page.locator("[data-unit] [data-status]:visible .broken").all_inner_texts()


def test_rules_are_filtered_by_status_unit_and_words(show):
    """The filters combine, and the count tells how many rules are hidden."""
    page = show(student_page())
    assert page.locator(".filters output").inner_text() == "8 of 8 shown"
    page.get_by_role("checkbox", name="failed").uncheck()
    assert shown(page) == ["Rule 8 of network holds."]
    page.get_by_role("checkbox", name="failed").check()
    page.get_by_label("Unit").select_option("layers")
    assert len(shown(page)) == 4
    assert page.locator("[data-unit]:visible h3").all_inner_texts() == ["layers 2 of 10 points"]
    page.get_by_label("Search").fill("RULE 2 variance")
    assert shown(page) == ["Rule 2 of layers holds."]
    assert page.locator(".filters output").inner_text() == "1 of 8 shown"
    page.get_by_label("Search").fill("nowhere to be found")
    assert page.locator(".filters output").inner_text() == "0 of 8 shown"


def test_a_search_opens_what_it_finds(show):
    """Passed rules are collapsed: a match in them would otherwise stay invisible."""
    page = show(student_page())
    rule = page.get_by_text("Rule 7 of layers holds.")
    assert not rule.is_visible()
    page.get_by_label("Search").fill("rule 7")
    assert rule.is_visible()


def test_everything_can_be_expanded_and_collapsed(show):
    """Opening hundreds of rules one by one would take too long."""
    page = show(student_page())
    cards = page.locator("[data-unit] .card .body")
    page.get_by_role("button", name="Collapse all").click()
    assert not any(card.is_visible() for card in cards.all())
    page.get_by_role("button", name="Expand all").click()
    assert all(card.is_visible() for card in cards.all())


def test_a_case_can_be_copied(show):
    """Students paste the case into a shell; browsers let a local file write to the clipboard."""
    page = show(student_page(), permissions=["clipboard-read", "clipboard-write"])
    case = page.locator("[data-unit] .case").first
    case.get_by_role("button", name="Copy").click()
    case.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == case.locator("code").inner_text()


def test_without_scripts_all_can_be_read(show, source):
    """Some platforms strip scripts; buttons that would do nothing must be hidden."""
    page = show(source, java_script_enabled=False)
    assert page.locator("button:visible, input:visible").count() == 0
    assert (
        page.locator("details[data-status] .body").count()
        == page.locator("details[data-status] .body:visible").count()
    )


def test_printing_shows_what_is_folded(show, source):
    """A printed page cannot be expanded, and controls are useless on paper."""
    page = show(source)
    page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = false; })")
    pdf = page.pdf()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000
    assert page.locator("details:not([open])").count() == 0
    page.emulate_media(media="print")
    assert (
        page.locator("button:visible, input:visible").count() == page.locator("th button").count()
    )


def test_hostile_text_does_not_run(show):
    """Text of a student reaches instructors' browsers from every field of a grade."""
    outcomes, results = [], []
    for number, attack in enumerate(_ATTACKS):
        texts = {"sentence": attack, "message": attack, "case": attack, "diagnosis": attack}
        drawn = evidence.of_measured([1.0], 0.5, 2.0, attack)
        named = {"property": f"{number}{attack}", "unit": attack, "mistakes": (attack,)}
        outcomes.append(outcome(evidence=drawn, **named, **texts))
        outcomes.append(outcome(status=PASSED, unit=attack, sentence=attack))
        students = (Student(attack, attack, attack),)
        results.append(result(f"z{attack}", students=students, problem=attack))
    made = grade(*outcomes, notes=_ATTACKS)
    results += [result(attack, made, students=students) for attack in _ATTACKS]
    title = " ".join(_ATTACKS)
    part = f"<!doctype html><html><body>{render_fragment(made, title)}</body></html>"
    for source in (render(made, title), render_class(results, title, pages="html"), part):
        page = show(source)
        page.locator("details").first.click()
        assert page.evaluate("window.hit") is None
        assert page.locator("img, svg[onload], [onerror]").count() == 0


def test_the_policy_stops_a_script_that_is_not_ours(browser, tmp_path):
    """If markup ever gets past the escaping, the policy is the last defence."""
    file = tmp_path / "page.html"
    extra = "<script>window.hit = 1</script><img src='x' onerror='window.hit = 1'>"
    file.write_text(student_page().replace("<h1>", f"{extra}<h1>"), encoding="utf-8")
    with browser.new_context() as context:
        page = context.new_page()
        refused = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("window.hit") is None
        assert any("Content Security Policy" in text for text in refused)


def test_the_class_page_leads_to_the_students(show, tmp_path):
    """Instructors go from a row of the class to the student's report."""
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "s7.html").write_text(student_page(), encoding="utf-8")
    page = show(class_page(pages="html"))
    page.locator("#students").get_by_role("link", name="S7 (s7)").click()
    assert page.locator("h1").inner_text() == "somebody"


def test_tables_are_sorted_and_filtered(show):
    """Numbers must sort by value: as text, 10 would come before 9."""
    page = show(class_page())
    table = page.locator("#students")
    table.get_by_role("button", name="points").click()
    points = [float(t) for t in table.locator("tbody td:nth-child(2)").all_inner_texts()[:-1]]
    assert points == sorted(points, reverse=True)
    table.get_by_role("button", name="student").click()
    names = table.locator("tbody th").all_inner_texts()
    assert names[:3] == ["S0 (s0)", "S1 (s1)", "S2 (s2)"]
    assert table.locator("thead th").first.get_attribute("aria-sort") == "ascending"
    table.get_by_role("button", name="student").click()
    assert table.locator("tbody th").first.inner_text() == "Zoe (zoe)"
    items = page.locator("#properties")
    items.get_by_role("button", name="discrimination").click()
    signed = [float(t) for t in items.locator("tbody td:nth-child(6)").all_inner_texts()]
    assert signed == sorted(signed, reverse=True)
    assert signed[0] > 0 > signed[-1] > -1
    table.get_by_label("Filter").fill("S17")
    assert table.locator("tbody tr:visible th").all_inner_texts() == ["S17 (s17)"]
    assert table.locator("output").inner_text() == "1 of 31 shown"


def test_the_map_says_what_is_under_the_pointer_and_the_cursor(show, tmp_path):
    """Cells are too small for text, and not everyone uses a pointer."""
    (tmp_path / "html").mkdir()
    page = show(class_page(pages="html"))
    cells = page.locator(".cells").bounding_box()
    page.mouse.move(cells["x"] + 2, cells["y"] + 2)
    first = page.locator(".readout").inner_text()
    assert first.split(": ")[2:] == ["Rule 0 of activations holds."]
    page.locator(".map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    then = page.locator(".readout").inner_text()
    assert then.endswith("activations: Rule 1 of activations holds.")
    student = then.split(" ")[0].lower()
    (tmp_path / "html" / f"{student}.html").write_text(student_page(), encoding="utf-8")
    page.keyboard.press("Enter")
    page.wait_for_url("**/html/*.html")
    assert page.locator("h1").inner_text() == "somebody"


def test_the_keyboard_is_enough(show):
    """Not everyone can use a pointer: the focus is visible, and the head can be skipped."""
    page = show(student_page())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    for _ in range(12):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        page.keyboard.press("Tab")
