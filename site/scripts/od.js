// Pages work without this file; it sorts, filters and copies tables, reads charts, and keeps the chosen colours.
// Search and comparison have files of their own, which it loads where they are needed.
"use strict";

const language = document.documentElement.lang;
const words = language.startsWith("zh")
  ? { all: "全部", copy: "复制表格", copied: "已复制", find: "在表中查找", shown: (n, all) => `显示 ${n} / ${all} 行`, read: "按左右方向键逐个读数" }
  : { all: "All", copy: "Copy table", copied: "Copied", find: "Find in table", shown: (n, all) => `${n} of ${all} rows`, read: "Left and right arrow keys read the values" };

// ----- tables -----

// The first line of a cell; what stands below it (a name in the other language, other appearances) is no value.
function cellText(cell) {
  return [...cell.childNodes].filter((node) => !node.classList?.contains("od-second")).map((node) => node.textContent).join("").trim();
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
  if (region.hasAttribute("data-od-filter")) makeFilter(region, state);
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

function makeFilter(region, state) {
  const table = region.querySelector("table");
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, cells: [...row.cells].map(cellText), text: row.textContent.toLowerCase() }));
  const tools = document.createElement("div");
  tools.className = "od-tools";
  const choices = [];
  [...table.tHead.rows[0].cells].forEach((head, index) => {
    if (!head.hasAttribute("data-od-choose")) return;
    const values = [...new Set(rows.map(({ cells }) => cells[index]))].sort((a, b) => a.localeCompare(b, language));
    if (values.length < 2 || values.length > 200) return;
    const select = document.createElement("select");
    select.append(new Option(words.all, ""), ...values.map((value) => new Option(value, value)));
    const label = headText(head);
    select.value = values.includes(state.read(label)) ? state.read(label) : "";
    tools.append(labelled(label, select));
    choices.push([index, select, label]);
  });
  const find = document.createElement("input");
  find.type = "search";
  find.value = state.read("q");
  tools.append(labelled(words.find, find));
  addCopy(tools, table);
  const count = document.createElement("output");
  tools.append(count);
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
  region.before(tools);
  apply();
}

function labelled(text, control) {
  const label = document.createElement("label");
  label.append(text, control);
  return label;
}

function addCopy(tools, table) {
  // Only a page that was served may write to the clipboard.
  if (!navigator.clipboard) return;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    const shown = [...table.rows].filter((row) => !row.hidden);
    const lines = shown.map((row) => [...row.cells].map((cell) => cellText(cell).replace(/\s+/g, " ")).join("\t"));
    await navigator.clipboard.writeText(lines.join("\n"));
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 2000);
  });
  tools.append(button);
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

document.querySelectorAll(".od-table[data-od-filter], .od-table[data-od-sort]").forEach(makeTable);
// The tools above the tables have moved what an address with an anchor leads to.
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
