// Runs the search page's own matching over every two consecutive characters of given texts, and prints what is missed.
// node search_pairs.js search.js catalogues.json < cases.json; a case is [text, path].
"use strict";

const fs = require("node:fs");
const vm = require("node:vm");

const [script, filesPath] = process.argv.slice(2);
const files = JSON.parse(fs.readFileSync(filesPath, "utf8"));
const cases = JSON.parse(fs.readFileSync(0, "utf8"));
const page = vm.createContext({ window: {} });
for (const text of Object.values(files)) vm.runInContext(text, page);
vm.runInContext(`${fs.readFileSync(script, "utf8")}\nwindow.SearchCatalogue = SearchCatalogue;`, page);
const { SearchCatalogue } = page.window;
const { window } = page;
const names = { zh: window.opendataNamesZh, en: window.opendataNamesEn };
const definitions = { zh: window.opendataDefinitionsZh, en: window.opendataDefinitionsEn };

const wanted = new Map();
for (const [text, path] of cases) {
  const characters = [...text];
  for (let at = 0; at + 1 < characters.length; at++) {
    const pair = characters[at] + characters[at + 1];
    if (!wanted.has(pair)) wanted.set(pair, new Map());
    wanted.get(pair).set(path, text);
  }
}

const missed = [];
for (const language of ["zh", "en"]) {
  const ready = new Map();
  for (const [pair, expected] of wanted) {
    if (!pair.trim()) continue;
    const fresh = new SearchCatalogue(language, window.opendataPaths);
    const needs = fresh.needs(pair);
    const key = JSON.stringify(needs);
    if (!ready.has(key)) {
      fresh.addNames(language, names[language]);
      for (const [kind, which] of needs) {
        if (kind === "names") fresh.addNames(which, names[which]);
        else fresh.addDefinitions(definitions[which]);
      }
      ready.set(key, fresh);
    }
    const found = new Set(ready.get(key).find(pair).map((entry) => entry.path));
    for (const [path, text] of expected) if (!found.has(path)) missed.push([language, pair, path, text]);
  }
}
process.stdout.write(JSON.stringify({ pairs: wanted.size, missed: missed.slice(0, 20), count: missed.length }));
