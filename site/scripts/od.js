// Pages work without this file; it sorts, filters and copies tables, reads charts, and keeps the chosen colours.
// Search and comparison have files of their own, which it loads where they are needed.
"use strict";

const language = document.documentElement.lang;
const words = language.startsWith("zh")
  ? { copied: "已复制", shown: (n, all) => `显示 ${n} / ${all} 行`, read: "按左右方向键逐个读数" }
  : { copied: "Copied", shown: (n, all) => `${n} of ${all} rows`, read: "Left and right arrow keys read the values" };

// ----- tables -----

// The first line of a cell; what stands below it (a name in the other language, other appearances) is no value.
function cellText(cell) {
  return [...cell.childNodes].filter((node) => node.nodeName !== "svg" && !node.classList?.contains("od-second")).map((node) => node.textContent).join("").trim();
}

function compareCells(a, b) {
  const [x, y] = [a, b].map((cell) => cell.dataset.sort ?? cellText(cell));
  const [m, n] = [x, y].map((text) => (text === "" ? NaN : Number(text)));
  if (!Number.isNaN(m) && !Number.isNaN(n)) return m - n;
  return x.localeCompare(y, language);
}

// What is chosen stands in the address, so that a filtered table can be shared: the column's heading for a choice,
// "q" for the words looked for, "sort" for a heading, with a minus for descending order.
// From the second table of a page on, the section and the number of the table stand in front.
let tablesMade = 0;

function tableName(region) {
  const section = [...document.querySelectorAll("main h2[id]")].filter((head) => head.compareDocumentPosition(region) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
  return tablesMade++ === 0 ? "" : `${section?.id ?? ""}-${tablesMade}.`;
}

function makeTable(region) {
  const name = tableName(region);
  const told = new URLSearchParams(location.search);
  const keep = (key, value) => keepAddress((parameters) => {
    if (value) parameters.set(name + key, value);
    else parameters.delete(name + key);
  });
  const state = { read: (key) => told.get(name + key) ?? "", keep };
  const tools = region.previousElementSibling;
  makeCopies(region, tools);
  if (region.hasAttribute("data-od-filter")) makeFilter(region, tools, state);
  if (region.hasAttribute("data-od-sort")) makeSortable(region, state);
}

function headText(head) {
  return cellText(head).replace(/\s+/g, " ");
}

function makeSortable(region, state) {
  const table = region.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const labels = heads.map(headText);
  const sort = (index, down) => {
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    heads[index].setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].sort((r, s) => compareCells(r.cells[index], s.cells[index]) * (down ? -1 : 1));
    body.append(...rows);
  };
  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      sort(index, down);
      state.keep("sort", `${down ? "-" : ""}${labels[index]}`);
    });
  });
  const told = state.read("sort");
  const down = told.startsWith("-") && !labels.includes(told);
  const index = labels.indexOf(down ? told.slice(1) : told);
  if (told && index >= 0) sort(index, down);
}

function makeFilter(region, tools, state) {
  const table = region.querySelector("table");
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, cells: [...row.cells].map(cellText), text: row.textContent.toLowerCase() }));
  const selects = [...tools.querySelectorAll("select")];
  const heads = [...table.tHead.rows[0].cells];
  const choices = heads.filter((head) => head.hasAttribute("data-od-choose")).map((head, position) => {
    const index = heads.indexOf(head);
    const select = selects[position];
    const values = [...new Set(rows.map(({ cells }) => cells[index]))].sort((a, b) => a.localeCompare(b, language));
    select.append(...values.map((value) => new Option(value, value)));
    const label = headText(head);
    select.value = values.includes(state.read(label)) ? state.read(label) : "";
    return [index, select, label];
  });
  const find = tools.querySelector("input");
  find.value = state.read("q");
  const count = tools.querySelector("output");
  const apply = () => {
    const wanted = find.value.trim().toLowerCase();
    // Who follows a link to a row sees it, whatever is chosen.
    const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    let shown = 0;
    for (const { row, cells, text } of rows) {
      const fits = choices.every(([index, select]) => !select.value || cells[index] === select.value) && (!wanted || text.includes(wanted));
      row.hidden = !fits && !row.contains(target);
      shown += !row.hidden;
    }
    count.textContent = words.shown(shown, rows.length);
  };
  tools.addEventListener("input", () => {
    apply();
    choices.forEach(([, select, label]) => state.keep(label, select.value));
    state.keep("q", find.value.trim());
  });
  window.addEventListener("hashchange", () => {
    apply();
    document.querySelector(":target")?.scrollIntoView();
  });
  apply();
}

function shownRows(table) {
  const shown = [...table.rows].filter((row) => !row.hidden);
  return shown.map((row) => [...row.cells].map((cell) => cellText(cell).replace(/\s+/g, " ")));
}

// A table as it is shown: copied, or saved for a spreadsheet, which wants a byte order mark.
function makeCopies(region, tools) {
  const table = region.querySelector("table");
  const copy = tools.querySelector("[data-od-copy]");
  // Only a page that was served may write to the clipboard.
  if (!navigator.clipboard) copy.hidden = true;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(shownRows(table).map((cells) => cells.join("\t")).join("\n"));
    const label = copy.textContent;
    copy.textContent = words.copied;
    setTimeout(() => { copy.textContent = label; }, 2000);
  });
  tools.querySelector("[data-od-save]").addEventListener("click", () => {
    const text = shownRows(table).map((cells) => cells.map(csvCell).join(",")).join("\r\n");
    saveFile(`${region.dataset.odTitle.replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 80)}.csv`, `\ufeff${text}\r\n`);
  });
}

// ----- charts: the value under the pointer, or the next one by the arrow keys -----

function makeReadable(figure) {
  const marks = () => [...figure.querySelectorAll(".od-mark[data-text]")].filter((mark) => mark.checkVisibility());
  if (!figure.querySelector(".od-mark[data-text]")) return;
  const reading = document.createElement("output");
  reading.className = "od-reading";
  figure.append(reading);
  figure.tabIndex = 0;
  const read = (mark) => { reading.textContent = mark.dataset.text; };
  figure.addEventListener("pointerover", (event) => {
    const mark = event.target.closest(".od-mark[data-text]");
    if (mark) read(mark);
  });
  figure.addEventListener("focus", () => { if (!reading.textContent) reading.textContent = words.read; });
  figure.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const all = marks();
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    read(next);
    event.preventDefault();
  });
}

// ----- what several scripts use -----

// A spreadsheet would run a cell that begins like a formula; numbers with a sign are none.
function csvCell(text) {
  const safe = /^[=+\-@\t\r]/.test(text) && !/^[+\-−]?[\d,.]+%?$/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function saveFile(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

// Change the parameters of the address without leaving the page; its anchor stays.
function keepAddress(change) {
  const parameters = new URLSearchParams(location.search);
  change(parameters);
  const text = parameters.toString().replaceAll("%2C", ",");
  try { history.replaceState(null, "", `${location.pathname}${text ? `?${text}` : ""}${location.hash}`); } catch { /* a page from a disk may have to keep its address */ }
}

// ----- light and dark -----

function makeScheme(button) {
  const root = document.documentElement;
  const dark = () => (root.dataset.mdColorScheme ? root.dataset.mdColorScheme === "slate" : matchMedia("(prefers-color-scheme: dark)").matches);
  const label = () => { button.textContent = dark() ? button.dataset.light : button.dataset.dark; };
  button.addEventListener("click", () => {
    const chosen = dark() ? "default" : "slate";
    root.dataset.mdColorScheme = chosen;
    try { localStorage.setItem("od-scheme", chosen); } catch { /* a reader may forbid storage */ }
    label();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();
  button.hidden = false;
}

document.querySelectorAll("[data-od-tools] + .od-table").forEach(makeTable);
// A filtered table may have moved what an address with an anchor leads to.
document.querySelector(":target")?.scrollIntoView();
document.querySelectorAll(".od-figure-chart").forEach(makeReadable);
document.querySelectorAll(".od-scheme").forEach(makeScheme);

// The pages that do more have their own scripts beside this one.
const ownScript = document.querySelector("script[src$='assets/od/od.js']").getAttribute("src");
const siteRoot = ownScript.replace(/assets\/od\/od\.js$/, "");
const query = document.querySelector("[data-od-query]");
if (query) loadScript(`${siteRoot}assets/od/search.js`).then(() => makeSearch(query, siteRoot));
const comparison = document.querySelector("[data-od-compare]");
if (comparison) loadScript(`${siteRoot}assets/od/compare.js`).then(() => makeComparison(comparison));
