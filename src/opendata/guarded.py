"""Rules that strangers wrote, applied so that they cannot hold anybody up: patterns, and JSON Schemas of cells.

Python's ``re`` tries every way to read a text. Where at each character there is one way only, that takes as long as the
text is; ``is_fast`` says for which patterns this is certain. Any other, and every JSON Schema, is applied by a process
of its own, which is ended when it takes too long. It opens nothing: no address in a JSON Schema is fetched.

Source: A. Brüggemann-Klein and D. Wood, "One-unambiguous regular languages", Information and Computation 140 (1998).
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# So long a batch of texts may take, and so much longer for each of them. A machine may be busy with other things.
LIMIT_SECONDS = 5.0
_SECONDS_EACH = 5e-5

# A pattern with more places than this is not thought about, but guarded.
_MOST_PLACES = 400


class TooSlow(Exception):
    """A rule that takes too long on some text."""


class Refused(Exception):
    """A rule that cannot be applied; the text says why."""


# ----- which patterns are fast -----

# Characters as a number of 129 bits: one for each of ASCII, the last for all others.
_OTHERS = 1 << 128
_ALL = (1 << 129) - 1


def _bits(test: Callable[[str], bool]) -> int:
    return sum(1 << code for code in range(128) if test(chr(code)))


_CATEGORIES = {
    "CATEGORY_DIGIT": _bits(str.isdigit) | _OTHERS,
    "CATEGORY_NOT_DIGIT": _ALL & ~_bits(str.isdigit),
    "CATEGORY_SPACE": _bits(str.isspace) | _OTHERS,
    "CATEGORY_NOT_SPACE": _ALL & ~_bits(str.isspace),
    "CATEGORY_WORD": _bits(lambda char: char.isalnum() or char == "_") | _OTHERS,
    "CATEGORY_NOT_WORD": _ALL & ~_bits(lambda char: char.isalnum() or char == "_"),
}


@dataclass(frozen=True)
class _Part:
    """A part of a pattern: the places it may begin and end with, and whether it may be empty."""

    first: frozenset[int] = frozenset()
    last: frozenset[int] = frozenset()
    empty: bool = True


class _Ambiguous(Exception):
    """A pattern of which it is not certain that it is fast."""


class _Places:
    """The places of a pattern that match a character, and which may follow which."""

    def __init__(self) -> None:
        self.chars: list[int] = []
        self.follow: list[set[int]] = []

    def is_certain(self, whole: _Part) -> bool:
        return all(self._differ(places) for places in (whole.first, *self.follow))

    def _differ(self, places: Iterable[int]) -> bool:
        seen = 0
        for place in places:
            if seen & self.chars[place]:
                return False
            seen |= self.chars[place]
        return True

    def add(self, chars: int) -> _Part:
        if len(self.chars) >= _MOST_PLACES:
            raise _Ambiguous
        place = frozenset([len(self.chars)])
        self.chars.append(chars)
        self.follow.append(set())
        return _Part(place, place, empty=False)

    def join(self, one: _Part, other: _Part) -> _Part:
        for place in one.last:
            self.follow[place] |= other.first
        first = one.first | other.first if one.empty else one.first
        last = one.last | other.last if other.empty else other.last
        return _Part(first, last, one.empty and other.empty)

    def choose(self, parts: Sequence[_Part]) -> _Part:
        if sum(part.empty for part in parts) > 1:
            raise _Ambiguous
        return _Part(
            frozenset().union(*(part.first for part in parts)),
            frozenset().union(*(part.last for part in parts)),
            any(part.empty for part in parts),
        )

    def repeat(self, make: Callable[[], _Part], least: int, most: int | None) -> _Part:
        if max(least, most or 0) > _MOST_PLACES:
            raise _Ambiguous
        done = _Part()
        for _ in range(least):
            done = self.join(done, make())
        if most is None:
            more = make()
            if more.empty:
                raise _Ambiguous
            for place in more.last:
                self.follow[place] |= more.first
            return self.join(done, _Part(more.first, more.last))
        rest = _Part()
        for _ in range(most - least):  # from the inside out: x{0,3} is (x(x(x)?)?)?
            more = make()
            if more.empty:
                raise _Ambiguous
            joined = self.join(more, rest)
            rest = _Part(joined.first, joined.last)
        return self.join(done, rest)

    def read(self, items: Any) -> _Part:
        done = _Part()
        for kind, value in items:
            done = self.join(done, self._read_one(str(kind), value))
        return done

    def _read_one(self, kind: str, value: Any) -> _Part:
        if kind == "AT":  # only makes a match fail sooner
            return _Part()
        if kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self.add(_read_chars(kind, value))
        if kind == "SUBPATTERN":
            _, on, off, inner = value
            if on or off:
                raise _Ambiguous
            return self.read(inner)
        if kind == "BRANCH":
            return self.choose([self.read(one) for one in value[1]])
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = value
            return self.repeat(lambda: self.read(inner), int(least), None if str(most) == "MAXREPEAT" else int(most))
        raise _Ambiguous  # what looks ahead, looks back, or repeats what was found


def _read_chars(kind: str, value: Any) -> int:
    if kind == "ANY":
        return _ALL
    if kind in ("LITERAL", "NOT_LITERAL"):
        chars = 1 << min(int(value), 128)
        # Of the others, all but one are still others.
        return chars if kind == "LITERAL" else _ALL & ~(chars & ~_OTHERS)
    chars, negated = 0, False
    for name, what in value:
        if str(name) == "NEGATE":
            negated = True
        elif str(name) == "RANGE":
            low, high = what
            chars |= sum(1 << code for code in range(low, min(high, 127) + 1)) | (_OTHERS if high > 127 else 0)
        elif str(name) == "CATEGORY":
            chars |= _CATEGORIES[str(what)]
        else:
            chars |= 1 << min(int(what), 128)
    return (_ALL & ~chars) | _OTHERS if negated else chars


@lru_cache(maxsize=256)
def is_fast(pattern: str) -> bool:
    """Whether matching a text against a pattern surely takes no longer than reading it.

    Examples
    --------
    >>> is_fast("[a-z]+(-[a-z]+)*"), is_fast("(a+)+"), is_fast(".*x")
    (True, False, False)
    """
    # The standard library's own reader of patterns: what it makes of one is what ``re`` will do.
    from re import _parser as parser  # type: ignore[attr-defined]

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = parser.parse(pattern)
        if read.state.flags & ~re.UNICODE:
            return False
        places = _Places()
        return places.is_certain(places.read(read))
    except (_Ambiguous, re.error, RecursionError, OverflowError, KeyError):
        return False


# ----- the other process -----


def match_all(pattern: str, texts: Sequence[str]) -> list[bool]:
    """Return for each text whether a pattern matches the whole of it.

    Raises
    ------
    TooSlow
        Where that takes more than some seconds.
    Refused
        Where the pattern cannot be read.
    """
    return [answer is None for answer in _ask("pattern", pattern, texts)]


def check_all(schema: object, texts: Sequence[str]) -> list[str | None]:
    """Return for each text of JSON what a JSON Schema has against its value, ``None`` for nothing.

    Raises
    ------
    TooSlow
        Where that takes more than some seconds.
    Refused
        Where the schema is none, or refers to an address: nothing is fetched.
    """
    return _ask("jsonSchema", schema, texts)


_lock = threading.Lock()
_worker: tuple[int, subprocess.Popen[str]] | None = None


def _ask(kind: str, rule: object, texts: Sequence[str]) -> list[str | None]:
    if not texts:
        return []
    with _lock:
        process = _start()
        late = threading.Event()

        def end() -> None:
            late.set()
            process.kill()

        seconds = LIMIT_SECONDS + _SECONDS_EACH * len(texts)
        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps([seconds + 1, kind, rule, list(texts)]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = ""
        except BaseException:  # an interrupt must not leave an answer behind for the next question
            _stop(process)
            raise
        finally:
            timer.cancel()
        if not line.endswith("\n"):
            _stop(process)
            if late.is_set():
                raise TooSlow
            raise Refused("the process that applies it has ended; is memory short?")
    answer = json.loads(line)
    if isinstance(answer, str):
        raise Refused(answer)
    return list(answer)


def _start() -> subprocess.Popen[str]:
    """Return the process, of this process and not of its parent, that still runs, or a new one."""
    global _worker  # noqa: PLW0603 - one for all rules: starting it takes longer than most of them
    if _worker is not None and (_worker[0] != os.getpid() or _worker[1].poll() is not None):
        _stop(_worker[1])
    if _worker is None:
        try:
            # -P: what stands beside this file is no library.
            process = subprocess.Popen(
                [sys.executable, "-P", __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        except OSError as error:
            raise Refused(f"it takes a process of its own, which cannot be started ({error.strerror})") from None
        _worker = os.getpid(), process
        atexit.register(_stop, process)
    return _worker[1]


def _stop(process: subprocess.Popen[str]) -> None:
    global _worker  # noqa: PLW0603
    if _worker is None or _worker[0] == os.getpid():
        process.kill()
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()
    if _worker is not None and _worker[1] is process:
        _worker = None


def answer(kind: str, rule: Any, texts: Sequence[str]) -> list[str | None] | str:
    """Return what the other process answers: for each text what a rule has against it, or why it cannot be applied."""
    if kind == "pattern":
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                pattern = re.compile(rule)
        except (re.error, RecursionError, OverflowError) as error:
            return str(error)
        return [None if pattern.fullmatch(text) else "" for text in texts]
    return _apply_schema(rule, texts)


def _apply_schema(schema: Any, texts: Sequence[str]) -> list[str | None] | str:
    try:
        from jsonschema import Draft202012Validator, SchemaError, validators
        from jsonschema_specifications import REGISTRY
        from referencing.exceptions import Unresolvable
    except ImportError:
        return "it takes the library jsonschema, which is not installed"
    try:
        kind = validators.validator_for(schema, default=Draft202012Validator)
        kind.check_schema(schema)
        # The registry holds the drafts of JSON Schema and fetches nothing.
        validator = kind(schema, registry=REGISTRY)
        errors = (next(validator.iter_errors(json.loads(text)), None) for text in texts)
        return [None if error is None else _tell(error) for error in errors]
    except SchemaError as error:
        return f"it is no JSON Schema: {error.message[:200]}"
    except Unresolvable as error:
        return f"it refers to {str(error.ref)[:200]}, which is not in it, and nothing is fetched"
    except RecursionError:
        return "it refers to itself without end"
    except Exception as error:  # noqa: BLE001 - whatever a stranger's schema makes of the library is no crash of ours
        return f"it cannot be applied ({type(error).__name__})"


def _tell(error: Any) -> str:
    place = "/".join(map(str, error.absolute_path))
    return f"{place}: {error.message}" if place else str(error.message)


def _serve() -> None:
    """Answer questions, a line of JSON each, until there are none."""
    for line in sys.stdin:
        seconds, *question = json.loads(line)
        # Where the process that asked was killed, nobody else ends this one.
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, seconds)
        sys.stdout.write(json.dumps(answer(*question)) + "\n")
        sys.stdout.flush()
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0)


if __name__ == "__main__":
    _serve()
