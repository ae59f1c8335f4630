// Search: what is looked through, how it is matched, and the page. Loaded by od.js on the search page.
"use strict";

// Chinese characters, punctuation and full-width forms: what is written in them stands in the Chinese catalogues.
const CHINESE = /[\u2e80-\uffef]/;

const KIND_ORDER = ["topic", "indicator", "place", "document", "list", "industry", "package", "item"];

// Case and width do not matter.
function plainText(text) {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

// Names, labels and definitions with their addresses; files of them are added as they are needed.
class SearchCatalogue {
  constructor(language, paths) {
    this.language = language;
    this.other = language === "zh" ? "en" : "zh";
    this.complete = false;
    this.entries = [];
    let lists = [];
    for (const [kind, folder, ids] of paths.groups) {
      const own = ids.split(" ").map((id) => ({ kind, id, path: `${folder}${id}/`, texts: {}, told: {}, definition: "" }));
      if (kind === "indicator") own.forEach((entry, at) => { entry.parts = paths.parts[at]; });
      if (kind === "list") lists = own;
      this.entries.push(...own);
    }
    lists.forEach((list, at) => {
      const told = paths.items[at];
      const positions = typeof told === "number" ? Array.from({ length: told }, (_, step) => step + 1) : told;
      this.entries.push(...positions.map((position) => ({ kind: "item", id: "", path: `${list.path}#n${position}`, texts: {}, told: {}, definition: "" })));
    });
  }

  // The files that a query needs besides the names in the reader's language: [kind, language].
  needs(query) {
    const parts = query.trim().split(/\s+/);
    const chinese = parts.some((part) => CHINESE.test(part));
    const latin = parts.some((part) => !CHINESE.test(part));
    const files = [];
    if (this.language === "zh" ? latin : chinese) files.push(["names", this.other]);
    if (this.language === "zh" ? chinese : latin) files.push(["definitions", this.language]);
    return files;
  }

  addNames(language, { names, parts }) {
    const lines = names.split("\n");
    const partNames = parts.split("\n").map((line) => line.split("\t"));
    lines.forEach((line, at) => {
      const [name, ...others] = line.split("\t");
      // A line without a name says which one says the same.
      const texts = name === "" && others.length ? lines[Number(others[0])].split("\t") : [name, ...others];
      const entry = this.entries[at];
      const ownParts = (entry.parts ?? []).map((part) => partNames[part]);
      entry.texts[language] = [...texts, ...ownParts.flat()];
      if (entry.id) entry.texts[language].push(entry.id, entry.id.replace(/-/g, " "));
      // Beside English names stand bits of Chinese labels, which find but explain nothing.
      entry.told[language] = language === "zh" ? [...texts, ...ownParts.flat()] : [texts[0], ...ownParts.map(([part]) => part)];
    });
    this.#refresh();
  }

  addDefinitions(definitions) {
    const indicators = this.entries.filter((entry) => entry.kind === "indicator");
    definitions.split("\n").forEach((text, at) => { if (indicators[at]) indicators[at].definition = text; });
    this.#refresh();
  }

  #refresh() {
    for (const entry of this.entries) {
      const names = [this.language, this.other].flatMap((language) => entry.texts[language]?.slice(0, 1) ?? []);
      entry.names = names.map(plainText);
      entry.words = [...(entry.texts[this.language] ?? []), ...(entry.texts[this.other] ?? [])].map(plainText).join("\n");
      entry.line = `${entry.words}\n${plainText(entry.definition)}`;
    }
  }

  nameOf(entry) {
    return entry.texts[this.language][0];
  }

  // The entries in which all words of a query stand, the best first.
  find(query) {
    const wanted = plainText(query);
    if (!wanted) return [];
    const parts = wanted.split(" ");
    const hits = this.entries.filter(({ line }) => parts.every((part) => line.includes(part)));
    const rank = new Map(hits.map((entry) => [entry, this.#rank(entry, wanted, parts)]));
    return hits.sort((a, b) => rank.get(a) - rank.get(b) || a.names[0].length - b.names[0].length);
  }

  #rank({ kind, names, words }, wanted, parts) {
    const near = names.includes(wanted) ? 0
      : names[0].includes(wanted) ? 1
        : words.includes(wanted) ? 2
          : parts.every((part) => words.includes(part)) ? 3 : 4;
    return near * 10 + KIND_ORDER.indexOf(kind);
  }

  // Where a hit is not in the name that is shown: the text that holds it, cut around it, and its language.
  reason(entry, query) {
    const parts = plainText(query).split(" ");
    const missing = parts.find((part) => !plainText(this.nameOf(entry)).includes(part));
    if (missing === undefined) return null;
    for (const language of [this.language, this.other]) {
      const holds = (text) => plainText(text).includes(missing);
      const words = (entry.told[language] ?? []).filter(holds).sort((a, b) => a.length - b.length);
      const text = words[0] ?? (language === this.language && holds(entry.definition) ? entry.definition : undefined);
      if (text) return { text: cutAround(text, missing), language: CHINESE.test(text) ? "zh-Hans" : "en" };
    }
    return null;
  }
}

const LONGEST_REASON = 90;

function cutAround(text, part) {
  if (text.length <= LONGEST_REASON) return text;
  const at = Math.max(0, text.toLowerCase().indexOf(part) - LONGEST_REASON / 3);
  return `${at > 0 ? "…" : ""}${text.slice(at, at + LONGEST_REASON)}${at + LONGEST_REASON < text.length ? "…" : ""}`;
}

// ----- the page -----

const MOST_RESULTS = 60;

async function makeSearch(input, root) {
  const results = document.querySelector("[data-od-results]");
  const found = document.querySelector("[data-od-found]");
  const pageLanguage = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  const pending = {};
  const load = (name) => { pending[name] ??= loadScript(`${root}search/${name}.js`); return pending[name]; };
  let catalogue;
  const names = { zh: () => window.opendataNamesZh, en: () => window.opendataNamesEn };
  const definitions = { zh: () => window.opendataDefinitionsZh, en: () => window.opendataDefinitionsEn };
  const added = new Set();
  const add = async (kind, language) => {
    const name = `${kind}.${language}`;
    await load(name);
    if (added.has(name)) return;
    added.add(name);
    if (kind === "names") catalogue.addNames(language, names[language]());
    else catalogue.addDefinitions(definitions[language]());
  };

  // What a typing error hides is found by uFuzzy, which is loaded when nothing else helps.
  let finder;
  const findNear = async (query) => {
    if (!finder) {
      await loadScript(`${root}assets/od/vendor/uFuzzy.iife.min.js`);
      finder = new uFuzzy({ unicode: true, interSplit: "[^\\p{L}\\d']+", intraSplit: "\\p{Ll}\\p{Lu}", intraBound: "\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}", intraChars: "[\\p{L}\\d']", intraContr: "'\\p{L}{1,2}\\b", intraMode: 1, intraSub: 1, intraTrn: 1, intraDel: 1, intraIns: 1 });
    }
    const lines = catalogue.entries.map((entry) => entry.words.replaceAll("\n", " "));
    return (finder.search(lines, plainText(query), 1)[0] ?? []).map((at) => catalogue.entries[at]);
  };

  // A screen reader is told how many there are when the typing pauses, not at every letter.
  let telling;
  const tell = (text) => {
    clearTimeout(telling);
    telling = setTimeout(() => { found.textContent = text; }, 300);
  };

  let asked = 0;
  const show = async () => {
    const turn = ++asked;
    const query = input.value.trim();
    if (!query) { results.replaceChildren(); tell(""); return; }
    let hits = catalogue.find(query);
    if (hits.length) list(hits, query);
    for (const [kind, language] of catalogue.needs(query)) await add(kind, language);
    if (turn !== asked) return;
    hits = catalogue.find(query);
    if (!hits.length) {
      for (const kind of ["names", "definitions"]) await add(kind, kind === "names" ? catalogue.other : pageLanguage);
      hits = catalogue.find(query);
    }
    const exact = hits.length > 0;
    if (!exact) hits = await findNear(query);
    if (turn !== asked) return;
    list(hits, query);
    const text = !hits.length ? found.dataset.none : !exact ? found.dataset.near : hits.length > MOST_RESULTS ? found.dataset.first : found.dataset.text;
    tell(text.replace("{count}", hits.length).replace("{shown}", MOST_RESULTS));
  };

  const list = (hits, query) => {
    results.replaceChildren(...hits.slice(0, MOST_RESULTS).map((entry) => showEntry(catalogue, entry, query, results)));
    if (hits.length <= MOST_RESULTS) return;
    const item = document.createElement("li");
    const more = document.createElement("button");
    more.type = "button";
    more.textContent = results.dataset.more.replace("{count}", hits.length - MOST_RESULTS);
    more.addEventListener("click", () => {
      const rest = hits.slice(MOST_RESULTS).map((entry) => showEntry(catalogue, entry, query, results));
      item.replaceWith(...rest);
      rest[0].querySelector("a").focus();
    });
    item.append(more);
    results.append(item);
  };

  // The arrow keys lead from the field through the results and back; Enter on a result opens it, as on any link.
  const stops = () => [input, ...results.querySelectorAll("a, button")];
  const clear = () => {
    input.value = "";
    remember();
    show();
    input.focus();
  };
  const remember = () => keepAddress((parameters) => {
    if (input.value.trim()) parameters.set("q", input.value.trim());
    else parameters.delete("q");
  });
  const move = (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") { clear(); event.preventDefault(); return; }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const all = stops();
    const next = all[all.indexOf(document.activeElement) + step];
    if (next) next.focus();
    event.preventDefault();
  };
  input.addEventListener("keydown", move);
  results.addEventListener("keydown", move);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember();
    show();
  });

  await Promise.all([load("paths"), load(`names.${pageLanguage}`)]);
  catalogue = new SearchCatalogue(pageLanguage, window.opendataPaths);
  await add("names", pageLanguage);
  input.addEventListener("input", show);
  show();
}

let shownEntries = 0;

function showEntry(catalogue, entry, query, results) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `../${entry.path}`;
  link.textContent = catalogue.nameOf(entry);
  const what = document.createElement("span");
  what.className = "od-count";
  what.id = `od-kind-${++shownEntries}`;
  what.textContent = results.dataset[entry.kind] ?? "";
  link.setAttribute("aria-describedby", what.id);
  item.append(link, what);
  const reason = catalogue.reason(entry, query);
  if (reason) {
    const line = document.createElement("span");
    line.className = "od-second";
    line.lang = reason.language;
    line.textContent = reason.text;
    item.append(line);
  }
  return item;
}
