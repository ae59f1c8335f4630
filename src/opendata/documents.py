"""Does each row stand where it says? Rows held against the documents they were taken from.

A document is plain text with Chinese headings.
It is read into an outline of places (``二/（三）/3``, ``四/专栏3/04``, ``二/表1/10``, ``p12``); a locator names one of them.
A row stands where it says if one sentence, or one row of a table, of that place holds both the number
and the label that the row prints, the number whole and in the column that the label names; if its period is
said there or by the words before it; and if the words around the number bear out its sign, bound and measure.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from opendata.observe import LONGEST_NUMBER, Times, read_bounds, read_printed, read_spans, read_times, squeeze
from opendata.words import Period, read_period

_CHAPTER = re.compile(r"^([一二三四五六七八九十]{1,3})、")
_SECTION = re.compile(r"^[（(]([一二三四五六七八九十]{1,3})[）)]")
_NUMBERED = re.compile(r"^(\d{1,2})\s*[.．、](?!\d)\s*(?=\S)")
_ENTRY = re.compile(r"^(0\d|[1-9]\d?)$")
_MARKER = re.compile(r"(?<![\d.])(\d{1,2})[.．](?!\d)")
_BOX = re.compile(r"^专栏\s*(\d{1,2})\s*[:：]?")
_TABLE = re.compile(r"^表\s*(\d*)[\s“]")
_TABLE_TITLE = re.compile(r"主要(?:量化)?指标$")
_SENTENCE_END = re.compile(r"(?<=[。！？；])")


@dataclass(frozen=True)
class Passage:
    """A sentence, or a row of a table.

    Attributes
    ----------
    text
        What stands there.
    heading
        The head of the table; empty for a sentence.
    cells, columns
        The cells of the row and of the table's head, where the document keeps them apart.
    before
        What a reader has read before: the sentences of the place and then of the places above it, nearest first;
        for a row of a table its title.
    """

    text: str
    heading: str = ""
    cells: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    before: tuple[str, ...] = field(default=(), compare=False, repr=False)


@dataclass
class _Node:
    """A place under construction; ``intro`` are the lines of a box before its first entry."""

    lines: list[str] = field(default_factory=list)
    rows: list[Passage] = field(default_factory=list)
    intro: list[str] | None = None


@dataclass(frozen=True)
class Document:
    """The places of a document: ``places[locator]`` are its passages, those of sub-headings included.

    ``text`` is the whole, without white space.
    """

    places: dict[str, tuple[Passage, ...]]
    text: str = ""

    def find(self, locator: str) -> tuple[Passage, ...] | None:
        """Return the passages of a place, or ``None`` where the document has no such place."""
        return self.places.get(locator)


def read_document(text: str) -> Document:
    """Read the text of a document into its places."""
    lines = [line.replace("**", "").replace("\u3000", " ").rstrip() for line in text.splitlines()]
    has_chapters = sum(bool(_CHAPTER.match(line.strip())) for line in lines) >= 2
    nodes = _read_outline(lines) if has_chapters else _read_article(lines)
    nodes = _split_boxes(nodes)
    places: dict[str, list[Passage]] = {}
    for locator in nodes:
        passages = _read_passages(locator, nodes)
        parts = locator.split("/")
        for depth in range(1, len(parts) + 1):
            places.setdefault("/".join(parts[:depth]), []).extend(passages)
    short: dict[str, list[Passage]] = {}
    for locator, found in places.items():
        parts = locator.split("/")
        if len(parts) > 2 and parts[1].startswith("（") and re.match(r"专栏|表", parts[2]):
            # A box or table is numbered through its chapter or the document: the section may be left out.
            short.setdefault("/".join([parts[0], *parts[2:]]), []).extend(found)
        if len(parts) > 3 and re.match(r"专栏|表", parts[3]):
            short.setdefault("/".join([parts[0], *parts[3:]]), []).extend(found)
            short.setdefault("/".join([*parts[:2], *parts[3:]]), []).extend(found)
    return Document({key: tuple(found) for key, found in {**short, **places}.items()}, squeeze("".join(lines)))


def _read_passages(locator: str, nodes: dict[str, _Node]) -> list[Passage]:
    """The sentences and rows of a place, each knowing what stands before it."""
    above: list[str] = []
    parts = locator.split("/")
    for depth in range(len(parts) - 1, 0, -1):
        node = nodes.get("/".join(parts[:depth]))
        if node:
            lines = node.lines if node.intro is None else node.intro
            above += [passage.text for passage in _split_sentences(lines)][::-1]
    found: list[Passage] = []
    before = tuple(above)
    for passage in _split_sentences(nodes[locator].lines):
        found.append(replace(passage, before=before))
        before = (passage.text, *before)
    return found + [replace(row, before=(*row.before, *above)) for row in nodes[locator].rows]


def _read_article(lines: list[str]) -> dict[str, _Node]:
    paragraphs = [line for line in lines if line.strip()]
    return {f"p{number}": _Node([line]) for number, line in enumerate(paragraphs, 1)}


def _read_outline(lines: list[str]) -> dict[str, _Node]:
    """Walk the lines once; the state is the path of headings one stands under."""
    nodes: dict[str, _Node] = {"前言": _Node()}
    chapter = section = number = box = entry = ""
    tables = 0
    index = 0

    def here() -> _Node:
        parts = [chapter or "前言", section, number, box and f"专栏{box}", entry]
        return nodes.setdefault("/".join(p for p in parts if p), _Node())

    while index < len(lines):
        line = lines[index].strip()
        index += 1
        if not line:
            here().lines.append("")
            continue
        if match := _CHAPTER.match(line):
            chapter, section, number, box, entry, tables = match[1], "", "", "", "", 0
        elif match := _SECTION.match(line):
            section, number, box, entry = f"（{match[1]}）", "", "", ""
        elif match := _BOX.match(line):
            box, entry = match[1], ""
        elif _TABLE.match(line) or (_TABLE_TITLE.search(line) and len(line) < 40):
            tables += 1
            index = _read_table(lines, index, nodes, [p for p in (chapter, section, number) if p], tables, line)
            box = entry = ""
            continue
        elif match := _NUMBERED.match(line):
            if box and _is_next_entry(entry, match[1], number):
                entry = match[1]
            else:
                number, box, entry = str(int(match[1])), "", ""
        elif box and _ENTRY.match(line) and int(line) == int(entry or 0) + 1:
            entry = line
        here().lines.append(line)
    return nodes


def _split_boxes(nodes: dict[str, _Node]) -> dict[str, _Node]:
    """Add the entries of boxes that print their numbers within the line: ``1.…。2.…。3.…``."""
    texts: dict[str, list[str]] = {}
    for locator, node in nodes.items():
        box = re.match(r"(.*/)?专栏\d+", locator)
        if box:
            texts.setdefault(box[0], []).extend(node.lines)
    added: dict[str, _Node] = {}
    for box_locator, lines in texts.items():
        text = "".join(line.strip() for line in lines)
        runs: list[tuple[int, int]] = []
        for match in _MARKER.finditer(text):
            if int(match[1]) in (1, runs[-1][0] + 1 if runs else 1):  # a box may count from 1 more than once
                runs.append((int(match[1]), match.start()))
        if runs and box_locator in nodes:
            nodes[box_locator].intro = [text[: runs[0][1]]]
        for (number, start), (_, end) in itertools.pairwise([*runs, (0, len(text))]):
            own = f"{box_locator}/{number}"
            if own not in nodes:
                added.setdefault(own, _Node()).lines += [text[start:end], ""]
    return nodes | added


def _is_next_entry(entry: str, found: str, number: str) -> bool:
    """Whether a numbered line inside a box is the box's next entry rather than the section's next heading."""
    if entry and entry.startswith("0") != found.startswith("0") and int(found) < 10:
        return False
    return int(found) == int(entry or 0) + 1 and not (
        entry == "" and number and int(found) == int(number) + 1 and int(found) != 1
    )


def _read_table(lines: list[str], start: int, nodes: dict[str, _Node], path: list[str], tables: int, title: str) -> int:
    """Read the rows of the table that begins at ``start``; return the index of the first line behind it."""
    end = start
    while end < len(lines):
        line = lines[end].strip()
        if line and (_CHAPTER.match(line) or _SECTION.match(line) or _BOX.match(line) or line.endswith("。")):
            break
        end += 1
    block = lines[start:end]
    tabbed = sum("\t" in line for line in block) > 3 or any(line.count("\t") >= 3 for line in block)
    rows = _split_tabbed(block) if tabbed else [[row] for row in _split_numbered(block)]
    if not rows:
        return start
    columns, *body = rows
    own = "/".join([*path, f"表{tables}"])
    for position, cells in enumerate(body, 1):
        text = " ".join(cells)
        printed = re.match(r"\s*(\d{1,2})(?=\s)", text)
        key = printed[1] if printed and int(printed[1]) == position else str(position)
        kept = (tuple(cells), tuple(columns)) if tabbed and len(cells) == len(columns) else ((), ())
        row = Passage(text, " ".join(columns), *kept, before=(title,))
        nodes.setdefault(f"{own}/{key}", _Node()).rows.append(row)
    return end


def _split_tabbed(block: list[str]) -> list[list[str]]:
    """Rows of a table whose cells stand behind tabs: a line a row, or a line a cell and a blank line between rows."""
    wide = [line for line in block if line.count("\t") >= 3]
    if len(wide) > 2:
        return [line.strip("\n").split("\t") for line in block if "\t" in line]
    rows: list[list[str]] = [[]]
    for line in block:
        if not line.strip():
            rows.append([])
        else:
            rows[-1].append(line.strip())
    return [row for row in rows if len(row) > 1]


def _split_numbered(block: list[str]) -> list[str]:
    """Rows of a table that lost its cells: each begins at the next printed number."""
    rows: list[list[str]] = [[]]
    for line in (line.strip() for line in block if line.strip()):
        match = re.match(r"^(\d{1,2})(?:\s|$)", line)
        if match and int(match[1]) == len(rows):
            rows.append([])
        rows[-1].append(line)
    return [" ".join(row) for row in rows]


def _split_sentences(lines: list[str]) -> Iterator[Passage]:
    """Join what a line break cut, then cut at the end of sentences."""
    paragraph = ""
    for line in [*lines, None]:
        if line is None or (paragraph and (_ends(paragraph) or _begins(line))):
            for sentence in _SENTENCE_END.split(paragraph):
                if sentence.strip():
                    yield Passage(sentence)
            paragraph = ""
        if line:
            paragraph += line


def _ends(paragraph: str) -> bool:
    return paragraph.rstrip()[-1] in "。！？；"


def _begins(line: str) -> bool:
    return bool(_NUMBERED.match(line) or _SECTION.match(line) or _CHAPTER.match(line) or re.match(r"^——", line))


# ----- holding a row against its place -----


# The unit or scale that may not follow a number which ends without one: 1300 is not printed where 1300亿元 stands.
_GOES_ON = r"(?![\d十百千万亿%％‰个家项条件户人名处场美欧元吨倍]|\.\d)"
# The qualifiers that touch a number, behind it and in front of it.
_BEHIND = re.compile(r"[十百千万亿]?(?:以上|以下|以内|左右|余|多)")
_IN_FRONT = re.compile(r"(?:不超过|不高于|不低于|不少于|不足|至少|超过|突破|超|逾|近|约)$")

_FALLING = re.compile(r"[低降减缩压跌短少负]|下滑|回落|撤销|[-−]\d")
_FALLS_TO_HERE = re.compile(
    r"(?:下降|降低|减少|压减|压缩|缩短|缩减|削减|精简|下滑|回落|低|少)了?$|(?:低|少)于[^，,。；、\d]{0,12}$"
)
_RISES_TO_HERE = re.compile(r"(?:增长|提高|提升|上升|增加|上涨|高出|高|多)了?$|(?:高|多)于[^，,。；、\d]{0,12}$")

_MEASURE_WORDS = {
    "growth-annual": re.compile(r"年均|平均|每年|年度?增|年递增|增速|增长率"),
    "growth-yoy": re.compile(r"[增长降速幅涨减缩压低倍]|持平"),
    "growth-total": re.compile(r"[增长降速幅涨减缩压低倍]|持平"),
    "rank": re.compile(r"第|位|首|名|榜"),
    "change": re.compile(r"[增长高升加扩低降减缩压差短少]|撤销|下滑|回落|领先|落后"),
}

_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_VALUE = r"(?:\d[\d,]*(?:\.\d+)?[%％万亿]*|—|--?)"
_TABLE_COLUMN = re.compile(r"(?:19|20)\d\d年|年均|五年累计|累计|十.五时期|增速|增长率")


def _loose(text: str) -> str:
    """A pattern for ``text`` that allows white space between its characters."""
    return r"\s*".join(re.escape(c) for c in squeeze(text))


@lru_cache(maxsize=4096)
def _number_pattern(as_printed: str) -> re.Pattern[str]:
    squeezed = squeeze(as_printed)
    head = tail = ""
    if squeezed[:1].isdigit():
        head = r"(?<![\d.])"
    elif squeezed[:1] in _NUMERAL:
        head = rf"(?<![{_NUMERAL}])"
    if squeezed[-1:].isdigit():
        tail = r"(?!\d|\.\d)"
    elif squeezed[-1:] in _NUMERAL:
        tail = rf"(?![{_NUMERAL}])"
    return re.compile(head + _loose(as_printed) + tail)


@lru_cache(maxsize=16384)
def _half_width(text: str) -> str:
    return "".join(squeeze(c) if not c.isspace() else c for c in text)


def holds_number(passage: Passage, as_printed: str) -> bool:
    """Whether the passage prints exactly this number: not a part of a longer one."""
    if not 0 < len(squeeze(as_printed)) <= LONGEST_NUMBER:
        return False
    return _number_pattern(as_printed).search(_half_width(passage.text)) is not None


def holds_label(passage: Passage, label: str) -> bool:
    """Whether the passage holds the characters of the label in their order; in a table, heading parts in its head."""
    first, *rest = label.split("/") if passage.heading else [label]
    return _in_order(first, passage.text) and all(_in_order(part, passage.heading) for part in rest)


def _in_order(part: str, text: str) -> bool:
    chars = iter(squeeze(text))
    return all(char in chars for char in squeeze(part))


def explain_observation(
    row: Mapping[str, str], document: Document, scope: str, *, unit: Mapping[str, str] | None = None, kind: str = "plan"
) -> Iterator[tuple[str, str]]:
    """Say what of a figure's row does not stand at its place: pairs of column and message.

    Parameters
    ----------
    row
        A row of ``observations``.
    document
        The document that its ``source_id`` names.
    scope, kind
        The period of the document itself, for example ``2021/2025``; whether it is a ``plan`` or an ``article``.
    unit
        The row of ``reference.units`` that ``unit_id`` names, ``None`` where it is not known.
    """
    passages = document.find(row["locator"])
    if passages is None:
        yield "locator", "the document has no such place; write the numbers of its headings, for example 二/（三）/3"
        return
    holding = [passage for passage in passages if holds_number(passage, row["as_printed"])]
    if not holding:
        yield "as_printed", f"not printed at {row['locator']}; copy it from the document, or mend the locator"
        return
    holding = [passage for passage in holding if holds_label(passage, row["label_printed"])]
    if not holding:
        yield "label_printed", f"no sentence at {row['locator']} holds it together with {row['as_printed']}; copy its words"
        return
    if "表" not in row["locator"] and all(passage.heading for passage in holding):
        yield "locator", "it stands in a table there; name the table and its row, for example 二/表1/10"
    for explain in (_explain_whole, _explain_bound, _explain_sign, _explain_measure):
        verdicts = [explain(row, passage) for passage in holding]
        if all(verdicts):
            yield verdicts[0]  # type: ignore[misc]
    if unit and not any(_prints_unit(row, passage, unit) for passage in holding):
        yield "unit_id", f"{unit['symbol']} is printed neither with {row['as_printed']} nor near it; write the unit that is"
    verdict = [explain_period(row, passage, document, scope, kind) for passage in holding]
    if all(verdict):
        yield "period", str(verdict[0])


def explain_item(row: Mapping[str, str], document: Document) -> Iterator[tuple[str, str]]:
    """Say what of an item's row does not stand at its place: pairs of column and message.

    Several organisations in one cell are parted by semicolons.
    """
    passages = document.find(row["locator"])
    if passages is None:
        yield "locator", "the document has no such place; write the numbers of its headings, for example 四/专栏3/04"
        return
    text = squeeze("".join(passage.text for passage in passages))
    if squeeze(row["name_zh"]) not in text:
        yield "name_zh", f"not printed at {row['locator']}; copy the name from the document, or mend the locator"
    for organisation in re.split(r"[；;]", row.get("organisation", "")):
        if squeeze(organisation) not in text:
            yield "organisation", f"{organisation} is not printed at {row['locator']}; copy it from there, or leave it out"


# ----- the words around a number -----

_Verdict = tuple[str, str] | None


def _contexts(row: Mapping[str, str], passage: Passage) -> list[tuple[str, str]]:
    """What stands directly before and behind each place where a sentence prints the number."""
    text = squeeze(passage.text)
    found = _number_pattern(row["as_printed"]).finditer(text)
    return [(text[: match.start()], text[match.end() :]) for match in found]


def _explain_whole(row: Mapping[str, str], passage: Passage) -> _Verdict:
    """A number in a sentence goes on neither in its unit nor in a qualifier; a number in a table fills its cell."""
    printed = squeeze(row["as_printed"])
    if passage.heading:
        values = _values_in_column(row["label_printed"], passage)
        if values is None or printed in values:
            return None
        shown = ", ".join(values) or "nothing"
        return "as_printed", f"the row's cell under the heading that label_printed names holds {shown}; write that"
    contexts = _contexts(row, passage)
    if printed[-1:].isdigit() and not any(re.match(_GOES_ON, behind) for _, behind in contexts):
        return "as_printed", f"the document goes on: {printed}{contexts[0][1][:4]}; copy the number with its unit"
    if row["bound"]:
        return None
    touching = [(_IN_FRONT.search(front), _BEHIND.match(behind)) for front, behind in contexts]
    if contexts and all(front or behind for front, behind in touching):
        front, behind = touching[0]
        words = f"{front[0] if front else ''}{printed}{behind[0] if behind else ''}"
        return "bound", f"{words} is printed; write the bound, and the qualifier in as_printed"
    return None


def _values_in_column(label: str, passage: Passage) -> list[str] | None:
    """The cells of a table's row that a label means, white space aside; ``None`` where the cells cannot be told apart."""
    first, *rest = label.split("/")
    if passage.cells:
        return [
            squeeze(cell)
            for cell, column in zip(passage.cells, passage.columns, strict=True)
            if all(_in_order(part, column) for part in rest)
        ]
    columns = [match[0] for match in _TABLE_COLUMN.finditer(squeeze(passage.heading))]
    runs = [run for run in _split_values(passage.text) if len(run[1]) == len(columns)]
    if not columns or not runs:
        return None
    return [
        value
        for label_text, values in runs
        for value, column in zip(values, columns, strict=True)
        if _in_order(first, label_text) and all(_in_order(part, column) for part in rest)
    ]


def _split_values(text: str) -> list[tuple[str, list[str]]]:
    """The runs of values in a table's row that lost its cells, each with the words it stands behind."""
    runs: list[tuple[str, list[str]]] = []
    words, values, front = "", [], ""
    for token in (squeeze(token) for token in text.split()):
        if re.fullmatch(r"五年累计|累计|超过|突破|约|力争|不低于", token):
            front = token
        elif re.fullmatch(rf"(?:五年累计|超过|突破|约)?{_VALUE}(?:左右|以上|以下|以内)?", token):
            values.append(front + token)
            front = ""
        elif values and re.fullmatch(r"左右|以上|以下|以内|万|亿", token):
            values[-1] += token
        else:
            if values:
                runs.append((words, values))
                words, values = "", []
            words += front + token
            front = ""
    if values:
        runs.append((words, values))
    elif runs:
        runs[-1] = (runs[-1][0] + words, runs[-1][1])  # a label may go on behind its values
    return runs


def _explain_bound(row: Mapping[str, str], passage: Passage) -> _Verdict:
    """A recorded bound has its word in the number, or at least in its sentence."""
    bound = row["bound"]
    if bound in ("", "low", "high") or bound in read_bounds(squeeze(row["as_printed"])):
        return None
    if bound in read_bounds(squeeze(passage.text)):
        return None
    return "bound", f"no word of the sentence says {bound}; leave the bound empty, or write the one that is printed"


def _explain_sign(row: Mapping[str, str], passage: Passage) -> _Verdict:
    """A fall has a word of falling; a number right behind such a word is a fall, one right behind a rise is none."""
    value = _decimal(row["value"])
    if value is None or not value:
        return None
    if value < 0 and not _FALLING.search(squeeze(passage.text)):
        return "value", "no word of the sentence says that it falls; write the value without a minus"
    if passage.heading or not (row["measure"] == "change" or row["measure"].startswith("growth")):
        return None
    contexts = _contexts(row, passage)
    if value > 0 and contexts and all(_FALLS_TO_HERE.search(front) for front, _ in contexts):
        return "value", f"the document says that it falls by {row['as_printed']}; write the value with a minus"
    if value < 0 and contexts and all(_RISES_TO_HERE.search(front) for front, _ in contexts):
        return "value", f"the document says that it rises by {row['as_printed']}; write the value without a minus"
    return None


def _explain_measure(row: Mapping[str, str], passage: Passage) -> _Verdict:
    """A measure that is no plain level has a word of its own in the sentence, or in the table's head or title."""
    words = _MEASURE_WORDS.get(row["measure"])
    text = squeeze(passage.text + passage.heading + (passage.before[0] if passage.heading and passage.before else ""))
    if words is None or words.search(text):
        return None
    return "measure", f"no word of the sentence says {row['measure']}; is it another measure?"


def _prints_unit(row: Mapping[str, str], passage: Passage, unit: Mapping[str, str]) -> bool:
    """Whether a number that names no unit has it in its sentence, in the table's head or in its label.

    Two forms need none: a number in words that leaves its currency unsaid (``突破千亿``), and a proportion (``2:3:5``).
    """
    printed = read_printed(row["as_printed"])
    if printed is None or printed.base is not None or unit["base"] in ("1", "rank") or printed.low == 0:
        return True
    if re.search(r"[万亿]级?$", squeeze(row["as_printed"])):
        return True
    if any(re.search(r"\d[:：]$", front) or re.match(r"[:：]\d", behind) for front, behind in _contexts(row, passage)):
        return unit["base"] == "percent"
    return unit["symbol"].lstrip("/") in squeeze(passage.text + passage.heading + row["label_printed"])


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


# ----- periods -----


def explain_period(row: Mapping[str, str], passage: Passage, document: Document, scope: str, kind: str) -> str | None:
    """Say why a period cannot be what the document means, or ``None``.

    The sentence decides if it names a year.
    Otherwise the nearest words before it do that name one (earlier sentences, the places above, headings);
    or the year goes without saying: a plan speaks of its base year and the five years to it where it tells what is,
    of its last year and its own five where it tells what shall be; an article speaks of its own present.
    """
    period = read_period(row["period"])
    own = read_period(scope)
    if period is None:
        return None
    this_year = own.end[0] if own and kind == "article" else None
    said = read_times(f"{passage.text} {passage.heading}", this_year)
    named = [part for part in row["label_printed"].split("/")[1:] if passage.heading and read_times(part).says_years]
    if named:
        said = read_times(named[0])
    if squeeze(passage.text).find("由") >= 0 or "从" in passage.text:
        said = _add_beginnings(said, row, passage)
    before = [read_times(text, this_year) for text in passage.before]
    grounds = [said] if said.says_years else [*[times for times in before if times.says_years][:1], _unsaid(row, own, kind)]
    spans = read_spans(document.text) | (_five_years(own) if own and kind == "plan" else set())
    # A column headed 2020 holds that year's figures; a sentence may count from the year it names, or from the next.
    from_named = not passage.heading
    if not any(_fits_years(period, times, said.since, spans, from_named=from_named) for times in grounds):
        shown = sorted({str(year) for times in grounds for year in times.ends})
        return f"the document speaks of {', '.join(shown) or 'no year'} here; write the period that it prints"
    return _explain_months(period, said, before, document, this_year)


def _add_beginnings(said: Times, row: Mapping[str, str], passage: Passage) -> Times:
    """A number behind 由 or 从 is where an interval began: it stands at the end of the one before."""
    if not any(re.search(r"[由从][^，,。；、到至]*$", front) for front, _ in _contexts(row, passage)):
        return said
    earlier = {(first - (last - first + 1), first - 1) for first, last in said.spans}
    return replace(said, spans=said.spans | earlier)


def _unsaid(row: Mapping[str, str], own: Period | None, kind: str) -> Times:
    """The years that go without saying in a document."""
    if own is None:
        return Times()
    if kind == "article":
        return Times(years=frozenset({own.end[0]})) if row["status"] == "actual" else Times()
    told = [span for span in _five_years(own) if (span[0] < own.start[0]) == (row["status"] == "actual")]
    return Times(spans=frozenset(told)) if row["status"] in ("actual", "target") else Times()


def _five_years(own: Period) -> set[tuple[int, int]]:
    """A plan's own years and those of the plan before it."""
    length = own.years
    return {(own.start[0], own.end[0]), (own.start[0] - length, own.start[0] - 1)}


def _fits_years(
    period: Period, times: Times, since: frozenset[int], spans: AbstractSet[tuple[int, int]], *, from_named: bool
) -> bool:
    first, last = period.start[0], period.end[0]
    if first == last:
        return first in times.ends
    if (first, last) in times.spans:
        return True
    starts = {year + 1 for year in times.years | since} | (times.years if from_named else set())
    # Where the sentence names the year it counts from, no other interval goes without saying.
    return last in times.ends and (first in starts or (not since and (first, last) in spans))


def _explain_months(period: Period, said: Times, before: list[Times], document: Document, this_year: int | None) -> str | None:
    (_, month, day), (_, to_month, to_day) = period.start, period.end
    if not month and not to_month:
        return None
    grounds = said if said.says_months else next((times for times in before if times.says_months), Times())
    # What an article says without a date holds on its own day, and "so far this year" ends there.
    latest = max(read_times(document.text).days, default=None) if this_year else None
    if period.stock or period.start == period.end:
        if day:
            fits = (month, day) in grounds.days or (period.stock and (month, day) == latest and not said.says_months)
        elif period.stock and month == 12 and not said.months:
            fits = True  # the end of a year needs no month
        else:
            fits = month in grounds.months or (period.stock and latest is not None and month == latest[0])
        return None if fits else f"the month {month} is not printed here"
    so_far = (month, day) == (1, 1) and (to_month, to_day) == latest and not said.says_months
    fits = period.years == 1 and (so_far or ((month, to_month) in grounds.parts and not day and not to_day))
    return None if fits else f"the months {month} to {to_month} are not printed here"
