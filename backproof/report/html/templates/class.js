"use strict";
{
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  const sortBy = (table, column, descending) => {
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const order = (a, b) => String(value(a)).localeCompare(value(b), undefined, { numeric: true });
    const numbers = table.tBodies[0].rows[0]?.cells[column].dataset.value !== undefined;
    const compare = numbers ? (a, b) => value(a) - value(b) : order;
    const rows = [...table.tBodies[0].rows].sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
    table.tBodies[0].append(...rows);
  };

  for (const part of all(".sortable")) {
    const table = part.querySelector("table");
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const numbers = head.classList.contains("number");
        const was = head.getAttribute("aria-sort");
        // The first click shows the largest numbers, or the first names.
        const descending = was ? was === "ascending" : numbers;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        sortBy(table, column, descending);
      });
    });
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map((row) => row.textContent.toLowerCase());
    const input = part.querySelector("input");
    const filter = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const shown = rows.filter((row, place) => {
        row.hidden = !words.every((word) => texts[place].includes(word));
        return !row.hidden;
      });
      part.querySelector("output").textContent = `${shown.length} of ${rows.length} shown`;
    };
    part.querySelector(".find").hidden = false;
    input.addEventListener("input", filter);
    filter();
  }

  const map = document.querySelector(".map");
  if (map) {
    const details = JSON.parse(document.getElementById("map-details").textContent);
    const cells = map.querySelector(".cells");
    const cursor = map.querySelector(".cursor");
    const readout = document.querySelector(".readout");
    const size = { x: details.rules.length, y: details.rows.length };
    let at = { x: 0, y: 0 };
    const clamp = (value, size) => Math.min(Math.max(value, 0), size - 1);

    const show = (x, y) => {
      at = { x: clamp(x, size.x), y: clamp(y, size.y) };
      cursor.setAttribute("x", at.x);
      cursor.setAttribute("y", at.y);
      cursor.classList.add("shown");
      const [unit, rule] = details.rules[at.x];
      const status = details.statuses[details.rows[at.y][at.x]] ?? "not checked";
      readout.textContent = `${details.students[at.y]}: ${status}. ${unit}: ${rule}`;
    };
    const point = (event) => {
      const box = cells.getBoundingClientRect();
      const share = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
      show(Math.floor(share.x * size.x), Math.floor(share.y * size.y));
    };
    const open = () => {
      if (details.links[at.y]) location.assign(details.links[at.y]);
    };
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

    cells.addEventListener("pointermove", point);
    cells.addEventListener("click", (event) => {
      point(event);
      if (event.detail === 2) open();
    });
    map.addEventListener("keydown", (event) => {
      if (event.key === "Enter") open();
      if (!steps[event.key]) return;
      event.preventDefault();
      show(at.x + steps[event.key][0], at.y + steps[event.key][1]);
    });
  }
  addEventListener("beforeprint", () => all("details").forEach((each) => { each.open = true; }));
}
