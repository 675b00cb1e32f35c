"use strict";
{
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const form = document.querySelector(".filters");
  // A page with more cards than this starts with all of them collapsed.
  const MAX_OPEN_CARDS = 6;

  const fold = (open) => all("details.card, details.rest").forEach((each) => {
    if (each.matches(".card") || !open || each.querySelector("li:not([hidden])")) each.open = open;
  });

  const filter = () => {
    const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const statuses = new Set(all("[name=status]:checked", form).map((box) => box.value));
    let shown = 0;
    const rules = all("[data-status]");
    for (const rule of rules) {
      const unit = rule.closest("[data-unit]");
      const text = `${unit.firstElementChild.textContent} ${rule.textContent}`.toLowerCase();
      rule.hidden = !statuses.has(rule.dataset.status)
        || (form.unit.value && form.unit.value !== unit.dataset.unit)
        || !words.every((word) => text.includes(word));
      shown += !rule.hidden;
    }
    for (const rest of all("details.rest")) {
      const found = rest.querySelector("li:not([hidden])");
      rest.hidden = !found;
      if (words.length) rest.open = Boolean(found);
    }
    for (const unit of all("[data-unit]")) {
      unit.hidden = !unit.querySelector("[data-status]:not([hidden])");
    }
    form.querySelector("output").textContent = `${shown} of ${rules.length} shown`;
  };

  const copy = async (button) => {
    const code = button.closest(".case").querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch {
      // The page may not write to the clipboard: select the code for the reader to copy.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  for (const button of all(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  if (form) {
    form.hidden = false;
    form.addEventListener("input", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.expand.addEventListener("click", () => fold(true));
    form.collapse.addEventListener("click", () => fold(false));
    if (all("details.card").length > MAX_OPEN_CARDS) fold(false);
    filter();
  }
  addEventListener("beforeprint", () => fold(true));
}
