// Comparison: indicators and places chosen, their figures side by side, the choice in the address. Loaded by od.js.
"use strict";

const MOST_OPTIONS = 12;

// Where a row of a table has what; as render/compare.py writes it.
const [PLACE, PART, PERIOD, MEASURE, STATUS, BOUND, FIGURES, PRINTED, DOCUMENT, KEY] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

function filledIn(text, values) {
  return text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}

function madeElement(name, values = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(values)) {
    if (key === "class") element.className = value;
    else element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

// The tables of what is chosen: each holds one indicator in one unit, a row for what can be compared, a column a place.
// With ``shared`` only the rows that at least two places have.
function chosenTables(data, indicators, places, shared) {
  const tables = [];
  for (const indicator of indicators) {
    for (const [at, family, unit, bars, rows] of data.tables) {
      if (at !== indicator) continue;
      const lines = new Map();
      for (const row of rows) {
        if (places.length && !places.includes(row[PLACE])) continue;
        const key = [row[PART], row[MEASURE], row[PERIOD], row[STATUS]].join();
        if (!lines.has(key)) lines.set(key, []);
        lines.get(key).push(row);
      }
      const shown = [...lines.values()].filter((line) => !shared || new Set(line.map((row) => row[PLACE])).size > 1);
      if (!shown.length) continue;
      const fitting = shown.flat();
      const columns = places.length
        ? places.filter((place) => fitting.some((row) => row[PLACE] === place))
        : [...new Set(fitting.map((row) => row[PLACE]))].sort((a, b) => a - b);
      tables.push({ indicator, family, unit, bars, rows: fitting, columns, lines: shown });
    }
  }
  return tables;
}

function shownFigures(data, row) {
  return data.bounds[row[BOUND]].replace("{}", row[FIGURES]);
}

function plainNumber(figures) {
  return figures.replaceAll(",", "").replace("\u2212", "-");
}

function comparisonCsv(data, tables) {
  const { heads } = data;
  const lines = [["indicator_id", heads.indicator, "area_id", heads.area, heads.part, heads.measure, heads.period, heads.status, heads.bound, heads.value, heads.unit, heads.printed, heads.document]];
  for (const { indicator, unit, rows } of tables) {
    for (const row of rows) {
      lines.push([
        ...data.indicators[indicator], ...data.places[row[PLACE]], row[PART] < 0 ? "" : data.parts[row[PART]],
        data.measures[row[MEASURE]], data.periods[row[PERIOD]][0], data.statuses[row[STATUS]][1],
        data.bounds[row[BOUND]].replace("{}", "").trim(), plainNumber(row[FIGURES]), unit, row[PRINTED], data.documents[row[DOCUMENT]],
      ]);
    }
  }
  // The mark at the beginning tells spreadsheets that this is UTF-8.
  return `\ufeff${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

// ----- tables -----

function comparisonTable(data, table) {
  const { heads } = data;
  const values = { name: data.indicators[table.indicator][1], family: table.family, unit: table.unit };
  const title = filledIn(data.texts.table, values);
  const parts = table.lines.some(([row]) => row[PART] >= 0);
  const measures = new Set(table.lines.map(([row]) => row[MEASURE])).size > 1 || !table.bars;
  const head = madeElement("tr", {}, madeElement("th", { scope: "col" }, heads.period));
  for (const place of table.columns) {
    const link = madeElement("a", { href: `../places/${data.places[place][0]}/` }, data.places[place][1]);
    head.append(madeElement("th", { scope: "col", class: "od-num" }, link));
  }
  const largest = largestValues(data, table);
  const body = madeElement("tbody");
  for (const line of table.lines) {
    const [first] = line;
    // All that tells a row apart stands in its heading: a phone then has room for the places.
    const more = [data.statuses[first[STATUS]][1]];
    if (parts) more.push(first[PART] < 0 ? heads.total : data.parts[first[PART]]);
    if (measures) more.push(data.measures[first[MEASURE]]);
    const what = madeElement("span", { class: "od-second" }, more.join(data.texts.comma));
    const row = madeElement("tr", {}, madeElement("th", { scope: "row" }, data.periods[first[PERIOD]][0], what));
    for (const place of table.columns) row.append(figureCell(data, table, line.filter((other) => other[PLACE] === place), largest));
    body.append(row);
  }
  const region = madeElement("div", { class: "od-table", role: "group", tabindex: "0", "aria-label": filledIn(heads.scroll, { title }) });
  region.append(madeElement("table", { class: "od-rows" }, madeElement("thead", {}, head), body));
  const heading = madeElement("h3", { class: "od-caption" });
  const link = madeElement("a", { href: `../indicators/${data.indicators[table.indicator][0]}/` }, values.name);
  heading.append(...title.split(values.name, 1), link, title.slice(title.indexOf(values.name) + values.name.length));
  return [heading, region];
}

// Bars are long by what they can be held against: the same part, measure and number of whole years, in one unit.
function scaleOf(data, row) {
  return [row[PART], row[MEASURE], data.periods[row[PERIOD]][1]].join();
}

function largestValues(data, table) {
  const largest = new Map();
  for (const row of table.rows) {
    const scale = scaleOf(data, row);
    largest.set(scale, Math.max(largest.get(scale) ?? 0, Number(plainNumber(row[FIGURES]))));
  }
  return largest;
}

function figureCell(data, table, rows, largest) {
  const cell = madeElement("td", { class: "od-num" });
  const told = new Set();
  for (const row of rows) {
    const text = shownFigures(data, row);
    // What several documents print alike stands once.
    if (told.has(text)) continue;
    told.add(text);
    const link = madeElement("a", { href: `../indicators/${data.indicators[table.indicator][0]}/#${row[KEY]}` }, text);
    cell.append(madeElement("span", { class: "od-value" }, link));
    const whole = largest.get(scaleOf(data, row));
    if (table.bars && told.size === 1 && data.periods[row[PERIOD]][1] && whole > 0 && table.rows.length > 1) {
      const bar = madeElement("span", { class: `od-bar od-bar-${data.statuses[row[STATUS]][0]}`, "aria-hidden": "true" });
      bar.style.width = `${(Number(plainNumber(row[FIGURES])) / whole) * 100}%`;
      cell.append(madeElement("span", { class: "od-bars", "aria-hidden": "true" }, bar));
    }
  }
  if (!rows.length) cell.append(madeElement("span", { class: "od-none", role: "img", "aria-label": data.texts.missing }, "—"));
  return cell;
}

// ----- choosing -----

class Picker {
  constructor(fieldset, entries, data, changed) {
    Object.assign(this, { fieldset, entries, data, changed, chosen: [] });
    [this.list, this.options] = ["ul.od-chosen", "ul.od-options"].map((selector) => fieldset.querySelector(selector));
    this.find = fieldset.querySelector("input[type=search]");
    this.told = fieldset.querySelector("[data-od-options]");
    this.counts = () => 1;
    this.find.addEventListener("input", () => this.showOptions());
    this.find.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      this.find.value = "";
      this.showOptions();
    });
  }

  get ids() {
    return this.chosen.map((at) => this.entries[at][0]);
  }

  choose(ids) {
    this.chosen = ids.map((id) => this.entries.findIndex((entry) => entry[0] === id)).filter((at) => at >= 0);
  }

  show() {
    this.showChosen();
    this.showOptions();
  }

  showChosen() {
    this.list.replaceChildren(...this.chosen.map((at) => {
      const name = this.entries[at][1];
      const button = madeElement("button", { type: "button", "aria-label": filledIn(this.data.texts.remove, { name }) }, name, madeElement("span", { "aria-hidden": "true" }, " ×"));
      button.addEventListener("click", () => {
        const place = this.chosen.indexOf(at);
        this.chosen = this.chosen.filter((other) => other !== at);
        this.changed();
        this.show();
        (this.list.querySelectorAll("button")[place] ?? this.list.querySelector("li:last-child button") ?? this.find).focus();
      });
      return madeElement("li", {}, button);
    }));
    this.list.hidden = !this.chosen.length;
  }

  // What has most figures in what is chosen beside it comes first; what has none is left out.
  showOptions() {
    const wanted = this.find.value.normalize("NFKC").trim().toLowerCase().split(/\s+/);
    const fitting = this.entries
      .map((entry, at) => ({ at, name: entry[1], text: `${entry[1]} ${entry[0].replaceAll("-", " ")}`.normalize("NFKC").toLowerCase(), count: this.counts(at) }))
      .filter(({ count, text }) => count > 0 && wanted.every((part) => text.includes(part)))
      .sort((a, b) => b.count - a.count);
    this.options.replaceChildren(...fitting.slice(0, MOST_OPTIONS).map(({ at, name, count }) => {
      const box = madeElement("input", { type: "checkbox", value: this.entries[at][0] });
      box.checked = this.chosen.includes(at);
      box.addEventListener("change", () => {
        this.chosen = box.checked ? [...this.chosen, at] : this.chosen.filter((other) => other !== at);
        this.changed();
        this.showChosen();
      });
      const count_ = madeElement("span", { class: "od-count" }, filledIn(this.data.texts.chosen_count, { count }));
      return madeElement("li", {}, madeElement("label", {}, box, madeElement("span", {}, name), count_));
    }));
    const text = fitting.length > MOST_OPTIONS ? this.data.texts.options : this.data.texts.options_found;
    this.told.textContent = filledIn(text, { count: fitting.length, shown: MOST_OPTIONS });
  }
}

function figureCounts(data) {
  const counts = new Map();
  for (const [indicator, , , , rows] of data.tables) {
    for (const row of rows) counts.set(`${indicator},${row[PLACE]}`, (counts.get(`${indicator},${row[PLACE]}`) ?? 0) + 1);
  }
  return (indicators, places) => indicators.reduce((sum, i) => sum + places.reduce((own, p) => own + (counts.get(`${i},${p}`) ?? 0), 0), 0);
}

async function makeComparison(region) {
  region.hidden = false;
  try {
    await loadScript("figures.js");
  } catch {
    region.replaceChildren(madeElement("p", { role: "alert" }, region.dataset.failed));
    return;
  }
  const data = window.opendataFigures;
  const count = figureCounts(data);
  const every = (entries) => entries.map((_, at) => at);
  const compared = region.querySelector("[data-od-compared]");
  const summary = region.querySelector("[data-od-summary]");
  const download = region.querySelector("[data-od-download]");
  const clear = region.querySelector("[data-od-clear]");
  const shared = region.querySelector("[data-od-shared]");
  const twin = document.querySelector(".od-language");
  let tables = [];

  const show = () => {
    tables = chosenTables(data, indicators.chosen, places.chosen, shared.checked);
    compared.replaceChildren(...tables.flatMap((table) => comparisonTable(data, table)));
    const figures = tables.reduce((sum, { rows }) => sum + rows.length, 0);
    summary.textContent = !indicators.chosen.length ? data.texts.choose
      : !tables.length ? data.texts.nothing
        : filledIn(data.texts.shown, { tables: tables.length, figures });
    download.disabled = !tables.length;
    clear.disabled = !indicators.chosen.length && !places.chosen.length;
  };
  const keep = () => {
    keepAddress((parameters) => {
      for (const [key, picker] of [["indicators", indicators], ["places", places]]) {
        if (picker.chosen.length) parameters.set(key, picker.ids.join(","));
        else parameters.delete(key);
      }
      if (shared.checked) parameters.set("shared", "1");
      else parameters.delete("shared");
    });
    if (twin) twin.search = location.search;
  };
  const picker = (kind, entries, other) => new Picker(region.querySelector(`[data-od-pick=${kind}]`), entries, data, () => {
    keep();
    show();
    other().showOptions();
  });
  const indicators = picker("indicators", data.indicators, () => places);
  const places = picker("places", data.places, () => indicators);
  indicators.counts = (at) => count([at], places.chosen.length ? places.chosen : every(data.places));
  places.counts = (at) => count(indicators.chosen.length ? indicators.chosen : every(data.indicators), [at]);

  shared.addEventListener("change", () => { keep(); show(); });
  download.addEventListener("click", () => saveFile(data.texts.file, comparisonCsv(data, tables)));
  clear.addEventListener("click", () => {
    for (const one of [indicators, places]) {
      one.chosen = [];
      one.find.value = "";
    }
    keep();
    show();
    indicators.show();
    places.show();
    indicators.find.focus();
  });

  const told = new URLSearchParams(location.search);
  shared.checked = told.get("shared") === "1";
  for (const [key, one] of [["indicators", indicators], ["places", places]]) one.choose((told.get(key) ?? "").split(",").filter(Boolean));
  if (twin) twin.search = location.search;
  indicators.show();
  places.show();
  show();
}
