"""Rules of strangers: which patterns are fast, and that no other one holds anybody up."""

import json
import random
import re
import signal
import subprocess
import sys
import time

import pytest

from opendata import guarded
from opendata.guarded import Refused, TooSlow, check_all, is_fast, match_all

HOSTILE = "a" * 40 + "!"


@pytest.fixture
def hurried(monkeypatch):
    """Let the patience be short."""
    monkeypatch.setattr(guarded, "LIMIT_SECONDS", 1.0)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[A-Z]{2}[0-9]{4}",
        r"^\d{4}(-\d{2}(-\d{2})?)?$",
        "[a-z0-9]+(-[a-z0-9]+)*",
        r"(\.\./)?\d{4}(/\d{4})?",
        "[0-9a-f]{64}",
        "(a|b|cd)*",
        "[^,]*,.*",
        "(a|ab)*",
        "(é|ü)*",
        "a{0,3}b",
        "a*?b",
    ],
)
def test_patterns_with_one_way_to_read_a_text_are_fast(pattern):
    """Ids, codes, dates and hashes, nested repeats among them."""
    assert is_fast(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|a)*b",
        "a*a*b",
        ".*x",
        "([a-z]+)*1",
        r"(\w+\s?)*$",
        "(a*)*",
        "(a?)*",
        "(|a|)*",
        "(?i)a",
        "(?i:a)b",
        r"(a)\1",
        "(?=a)a",
        "(?>a*)b",
        "a{500}",
        "(",
        "é*ü*",
        "(a{0,3}){0,3}",
    ],
)
def test_others_are_guarded(pattern):
    """Where a character can be read in two ways, where something else than characters counts, where it is too long."""
    assert not is_fast(pattern)


def test_what_is_fast_takes_no_time():
    """Of patterns put together at random, on texts made to be read in many ways."""
    chance = random.Random(5)
    pieces = ["a", "b", "[ab]", "(a)", "(ab)", "(a|b)", ".", r"\w", "[^a]", "c", "(a+)", "(b?)", "(ab*)", "(a|ba)"]
    fast = 0
    for _ in range(4000):
        pattern = "".join(chance.choice(pieces) + chance.choice(["", "*", "+", "?", "{2}", "{1,3}"]) for _ in range(3))
        pattern = f"({pattern})" + chance.choice(["", "*", "+"]) + chance.choice(["", "c", "$"])
        if is_fast(pattern):
            fast += 1
            compiled, begun = re.compile(pattern), time.process_time()
            for text in ("a" * 3000 + "!", "ab" * 1500 + "!", "ba" * 1500 + "a!", "b" * 3000 + "!"):
                compiled.fullmatch(text)
            assert time.process_time() - begun < 0.5, pattern
    assert fast > 100


def test_a_pattern_that_takes_too_long_is_ended(hurried):
    """In about the time given, and the next question is answered as if nothing had been."""
    begun = time.monotonic()
    with pytest.raises(TooSlow):
        match_all("(a+)+$", ["a", HOSTILE])
    assert time.monotonic() - begun < 20
    assert [True, False, False] == match_all("(a+)+$", ["aaa", "b", "aa\n"])


def test_texts_of_any_kind_reach_the_other_process():
    """Line breaks, quotes, halves of characters, none at all; in the order in which they were asked."""
    texts = ["", "a\nb", '"', "一", "\u2028", "\ud800", "\x00", "x" * 100_000]
    assert [bool(re.fullmatch("(.|x)*", text)) for text in texts] == match_all("(.|x)*", texts)
    assert [] == match_all("(.|x)*", [])


def test_a_pattern_that_cannot_be_read_is_refused():
    """With what the standard library says of it."""
    with pytest.raises(Refused, match="unterminated subpattern"):
        match_all("(", ["a"])


def test_json_schemas():
    """The first thing that is wrong, and where in the value."""
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    texts = ['{"a": 1}', "{}", '{"a": "x"}', "[]"]
    assert [
        None,
        "'a' is a required property",
        "a: 'x' is not of type 'integer'",
        "[] is not of type 'object'",
    ] == check_all(schema, texts)
    assert ["'a' is a required property"] == check_all({**schema, "$schema": "http://json-schema.org/draft-04/schema#"}, ["{}"])


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        ({"type": 1}, "it is no JSON Schema: 1 is not valid under any of the given schemas"),
        ({"$ref": "https://example.org/a.json"}, "it refers to https://example.org/a.json, which is not in it"),
        ({"$ref": "file:///etc/passwd"}, "it refers to file:///etc/passwd, which is not in it"),
        ({"$ref": "#"}, "it refers to itself without end"),
        ({"pattern": 1}, "it is no JSON Schema: 1 is not of type 'string'"),
    ],
)
def test_json_schemas_that_cannot_be_applied(schema, told):
    """Nothing is fetched and nothing is opened, whatever they refer to."""
    with pytest.raises(Refused, match=re.escape(told)):
        check_all(schema, ["{}"])


def test_a_json_schema_that_takes_too_long_is_ended(hurried):
    """A billion ways through a few lines, or a pattern within."""
    doubling = {"$defs": {f"d{at}": {"allOf": [{"$ref": f"#/$defs/d{at + 1}"}] * 2} for at in range(40)}, "$ref": "#/$defs/d0"}
    doubling["$defs"]["d40"] = {}
    with pytest.raises(TooSlow):
        check_all(doubling, ["{}"])
    with pytest.raises(TooSlow):
        check_all({"properties": {"a": {"pattern": "(a+)+$"}}}, [f'{{"a": "{HOSTILE}"}}'])


def test_an_interrupt_leaves_no_answer_behind(monkeypatch):
    """The question after it gets its own answer."""
    assert [True] == match_all("(a|a)", ["a"])
    monkeypatch.setattr(guarded.json, "dumps", interrupt)
    with pytest.raises(KeyboardInterrupt):
        match_all("(a|a)", ["a"])
    monkeypatch.undo()
    assert [False] == match_all("(a|a)", ["b"])


def interrupt(*arguments):
    raise KeyboardInterrupt


def test_a_process_that_cannot_be_had_is_told(monkeypatch):
    """Where none can be started, or it is ended by somebody else."""
    match_all("(a|a)", ["a"])
    guarded._worker[1].kill()
    guarded._worker[1].wait()
    assert [True] == match_all("(a|a)", ["a"])
    guarded._stop(guarded._worker[1])
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(Refused, match=r"cannot be started \(No such file or directory\)"):
        match_all("(a|a)", ["a"])


def test_the_answers_are_those_of_the_function_behind_them():
    """What the other process says is what ``answer`` returns here."""
    for kind, rule in (("pattern", "(a|a)+"), ("jsonSchema", {"minProperties": 1})):
        texts = ["{}", '{"a": 1}'] if kind == "jsonSchema" else ["a", "b"]
        assert guarded._ask(kind, rule, texts) == guarded.answer(kind, rule, texts)
    assert "missing ), unterminated subpattern at position 0" == guarded.answer("pattern", "(", [])


def test_the_other_process_ends_with_this_one():
    """It has nothing more to read then."""
    code = "from opendata import guarded; guarded.match_all('(a|a)', ['a']); print(guarded._worker[1].pid)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for _ in range(100):
        if subprocess.run(["kill", "-0", done.stdout.strip()], capture_output=True, check=False).returncode:
            return
        time.sleep(0.1)
    pytest.fail("it is still there")


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timer that ends a process")
def test_the_other_process_ends_itself_where_nobody_else_does():
    """Whoever asked may be killed, and cannot end it then."""
    asked = json.dumps([0.2, "pattern", "(x+x+)+y", ["x" * 60]])
    with subprocess.Popen([sys.executable, guarded.__file__], stdin=subprocess.PIPE, text=True) as process:
        process.stdin.write(f"{asked}\n")
        process.stdin.flush()
        assert -signal.SIGALRM == process.wait(30)
