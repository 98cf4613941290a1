"use strict";
// Tables sort by a click on a heading and filter by what is typed, and a page that is read too late says how old its data are;
// without this the page reads the same, and says from which day on they are old.
const LEAST = 8;

function number(text) {
  const found = text.replace(/[,\s]/g, "").replace("−", "-").match(/-?\d+(\.\d+)?/);
  return found ? Number(found[0]) - (text.trim().startsWith("<") ? 0.5 : 0) : -Infinity;
}

function leaves(table) {
  const grid = [], found = [];
  [...table.tHead.rows].forEach((row, r) => [...row.cells].forEach(cell => {
    grid[r] ??= [];
    let c = 0;
    while (grid[r][c]) c++;
    for (let i = 0; i < cell.rowSpan; i++)
      for (let j = 0; j < cell.colSpan; j++) (grid[r + i] ??= [])[c + j] = true;
    if (cell.colSpan === 1) found.push([cell, c]);
  }));
  return found;
}

function sort(table, head, column) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  table.querySelectorAll("th[aria-sort]").forEach(other => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  for (const body of table.tBodies) {
    const rows = [...body.rows].filter(row => !row.classList.contains("group"));
    const text = row => row.cells[column]?.textContent ?? "";
    const words = rows.some(row => /^[^\d−<–-]/.test(text(row).trim()));
    rows.sort((a, b) => words ? text(a).localeCompare(text(b)) : number(text(a)) - number(text(b)));
    body.append(...(up ? rows : rows.reverse()));
  }
}

function filter(table, wanted) {
  for (const body of table.tBodies) {
    const group = body.querySelector(".group");
    const whole = group?.textContent.toLowerCase().includes(wanted);
    let shown = 0;
    for (const row of body.rows) {
      if (row === group) continue;
      row.hidden = !whole && !row.textContent.toLowerCase().includes(wanted);
      shown += !row.hidden;
    }
    if (group) group.hidden = !shown;
  }
}

for (const table of document.querySelectorAll("figure.table table")) {
  if (table.querySelectorAll("tbody tr:not(.group)").length < LEAST) continue;
  for (const [head, column] of leaves(table)) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, column));
    head.append(button);
  }
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "Filter rows";
  box.setAttribute("aria-label", `Filter rows of ${table.caption.querySelector("strong").textContent}`);
  box.addEventListener("input", () => filter(table, box.value.trim().toLowerCase()));
  table.before(box);
}

const age = document.getElementById("age");
if (age) {
  const [year, month, day] = age.dataset.cut.split("-").map(Number), now = new Date();
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.round((today - Date.UTC(year, month - 1, day)) / 864e5);
  if (days > Number(age.dataset.limit)) {
    age.classList.add("old");
    for (const said of age.children) said.textContent = said.dataset.late.replace("{days}", days);
  }
}
