// Pages work without this file; it sorts, filters and copies tables, reads charts, searches, and keeps the chosen colours.
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

function makeSortable(region) {
  const table = region.querySelector("table");
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((r, s) => compareCells(r.cells[index], s.cells[index]) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
}

function makeFilter(region) {
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
    tools.append(labelled(cellText(head), select));
    choices.push([index, select]);
  });
  const find = document.createElement("input");
  find.type = "search";
  tools.append(labelled(words.find, find));
  addCopy(tools, table);
  const count = document.createElement("output");
  tools.append(count);
  const apply = () => {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    for (const { row, cells, text } of rows) {
      const fits = choices.every(([index, select]) => !select.value || cells[index] === select.value) && (!wanted || text.includes(wanted));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = words.shown(shown, rows.length);
  };
  tools.addEventListener("input", apply);
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

// ----- search -----

function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.addEventListener("load", resolve);
    script.addEventListener("error", reject);
    document.head.append(script);
  });
}

const MOST_RESULTS = 60;

async function makeSearch(input) {
  const results = document.querySelector("[data-od-results]");
  const found = document.querySelector("[data-od-found]");
  const own = document.querySelector("script[src$='assets/od/od.js']").getAttribute("src");
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  let entries = [];
  let names = [];
  let lines = [];
  const add = (more) => {
    entries = [...entries, ...more];
    names = entries.map(([, name]) => name.toLowerCase());
    lines = entries.map(([, name, other]) => `${name} ${other}`.toLowerCase());
  };
  const order = ["topic", "indicator", "place", "document", "list", "industry", "package", "item"];
  let finder;
  // What a typing error hides is found by uFuzzy, which is loaded when nothing else helps.
  const findNear = async (wanted) => {
    if (!finder) {
      await loadScript(own.replace("od.js", "vendor/uFuzzy.iife.min.js"));
      finder = new uFuzzy({ unicode: true, interSplit: "[^\\p{L}\\d']+", intraSplit: "\\p{Ll}\\p{Lu}", intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}", intraChars: "[\\p{L}\\d']", intraContr: "'\\p{L}{1,2}\\b", intraMode: 1, intraSub: 1, intraTrn: 1, intraDel: 1, intraIns: 1 });
    }
    return finder.search(lines, wanted, 1)[0] ?? [];
  };
  let asked = 0;
  let complete = false;
  const show = async () => {
    const turn = ++asked;
    const wanted = input.value.trim().toLowerCase();
    if (!wanted) { results.replaceChildren(); found.textContent = ""; return; }
    const parts = wanted.split(/\s+/);
    let hits = lines.flatMap((line, index) => (parts.every((part) => line.includes(part)) ? [index] : []));
    const exact = hits.length > 0;
    if (!exact && !complete) return;
    if (!exact) hits = await findNear(wanted);
    if (turn !== asked) return;
    const rank = (index) => {
      const near = names[index] === wanted ? 0 : names[index].includes(wanted) ? 1 : lines[index].includes(wanted) ? 2 : 3;
      return near * 10 + order.indexOf(entries[index][0]);
    };
    hits = [...hits].sort((a, b) => rank(a) - rank(b) || names[a].length - names[b].length);
    const text = !hits.length ? found.dataset.none : !exact ? found.dataset.near : hits.length > MOST_RESULTS ? found.dataset.first : found.dataset.text;
    found.textContent = text.replace("{count}", hits.length).replace("{shown}", MOST_RESULTS);
    results.replaceChildren(...hits.slice(0, MOST_RESULTS).map((index) => showEntry(entries[index], results)));
  };
  input.addEventListener("input", show);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    show();
  });
  // The items are many: the first answers do not wait for them.
  await loadScript("catalogue.js");
  add(window.opendataCatalogue);
  show();
  await loadScript("items.js");
  add(window.opendataItems.flatMap(([path, items]) => items.map(([position, name, more]) => ["item", name, more, `${path}#n${position}`])));
  complete = true;
  show();
}

function showEntry([kind, name, , path], results) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `../${path}`;
  link.textContent = name;
  const what = document.createElement("span");
  what.className = "od-count";
  what.textContent = results.dataset[kind] ?? "";
  item.append(link, what);
  return item;
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

document.querySelectorAll(".od-table[data-od-filter]").forEach(makeFilter);
document.querySelectorAll(".od-table[data-od-sort]").forEach(makeSortable);
document.querySelectorAll(".od-figure-chart").forEach(makeReadable);
document.querySelectorAll(".od-scheme").forEach(makeScheme);
const query = document.querySelector("[data-od-query]");
if (query) makeSearch(query);
