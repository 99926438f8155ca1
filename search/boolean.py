"""Boolean text search over the scoring view: `java AND (spring OR quarkus) NOT intern`.

    all of them       java spring          java AND spring        java & spring    护士 与 急诊
    any of them       spring OR quarkus    spring | quarkus       护士 或 护理
    none of them      NOT intern           -intern                非 实习
    words in a row    "project manager"    “项目 管理”
    beginnings        manag*               "project manag*"

NOT binds most tightly, then AND, then OR; parentheses say otherwise. Operators may be written
small, and stand apart from words. To look for the word "and", quote it. Singular finds plural.

An expression is true or false of a text by itself (`matches`): the same words, as `search.words`
cuts them, one after another in one sentence; Chinese words wherever their characters stand in a
row. `candidates_matching` gives the same answer for a whole index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from catalog.errors import InvalidRequest
from search import words
from search.lexical import BREAK, LexicalIndex

if TYPE_CHECKING:
    from lark import Lark, Token

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]  # one entry per place in LexicalIndex.ids

LONGEST = 4_000  # characters of an expression
MOST = 200  # words and phrases
DEEPEST = 50  # parts within parts
SHORTEST_BEGINNING = 2
READ_AT_ONCE = 4_096  # texts whose words are in memory together
EXAMPLE = 'for example: java AND (spring OR "site reliability") NOT intern'

GRAMMAR = r"""
    ?start: any
    ?any: all (_OR all)*
    ?all: one (_AND? one)*
    ?one: _NOT one -> none | PHRASE -> phrase | WORD -> phrase | "(" any ")"

    _OR.3: /(or|\|\|?|或者?)(?=[\s()"]|$)/i
    _AND.3: /(and|&&?|与|且|并且)(?=[\s()"]|$)/i
    _NOT.3: /(not|非|不含)(?=[\s()"]|$)|[-!](?=[^\s])/i
    PHRASE.2: /"[^"]*"/
    WORD.1: /[^\s()"]+/

    %ignore /\s+/
"""
_WRONG = {  # by what the parser met
    "$END": "something is missing, or a parenthesis is not closed",
    "LPAR": "this parenthesis cannot stand here",
    "RPAR": "this parenthesis closes nothing, or something is missing before it",
    "_OR": "there is nothing before this OR",
    "_AND": "there is nothing before this AND",
}
# Full-width signs and other quotation marks, one for one, so that positions stay what they were.
_SIGNS = str.maketrans("（）＂“”„«»「」『』｜＆－！＊", "()" + '"' * 10 + "|&-!*")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Atoms in a row (`words.atoms`); `beginning`: of the last one, only its beginning is given."""

    atoms: tuple[str, ...]
    beginning: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """What the text must not say."""

    part: Expression


@dataclass(frozen=True, slots=True)
class And:
    """What the text must say all of."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What the text must say one of."""

    parts: tuple[Expression, ...]


Expression = Phrase | Not | And | Or


def parse(text: str) -> Expression:
    """What a recruiter typed, as a value; InvalidRequest says what is wrong and where."""
    from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

    if not text.strip():
        raise InvalidRequest(f"the text to search for is empty; {EXAMPLE}")
    if len(text) > LONGEST:
        raise InvalidRequest(f"the text to search for is longer than {LONGEST} characters")
    try:
        expression = cast(Expression, _parser().parse(text.translate(_SIGNS)))
    except UnexpectedToken as error:
        at = None if error.token.type == "$END" else error.token.start_pos
        raise _misread(at, _WRONG.get(error.token.type, "it cannot be read on")) from None
    except UnexpectedCharacters as error:
        raise _misread(error.pos_in_stream, "a quotation mark is not closed") from None
    except VisitError as error:
        if isinstance(error.orig_exc, InvalidRequest):
            raise error.orig_exc from None
        raise
    depth, phrases = _extent(expression)
    if depth > DEEPEST or phrases > MOST:
        raise InvalidRequest(
            f"the text to search for has {phrases} words, {depth} levels deep: "
            f"{MOST} words and {DEEPEST} levels are the most"
        )
    return expression


def matches(expression: Expression, text: str) -> bool:
    """Whether a text is what the expression asks for: the meaning of boolean search."""
    return _holds(expression, words.atoms(text))


def candidates_matching(
    expression: Expression, lexical: LexicalIndex, eligible: Ints | None = None
) -> Ints:
    """Ids, ascending, of the (eligible) candidates whose text matches, from the index alone."""
    within = np.ones(len(lexical.ids), bool)
    if eligible is not None:
        within[:] = False
        within[lexical.positions(eligible)] = True
    return lexical.ids[_select(expression, lexical, within)]


def _holds(expression: Expression, atoms: Sequence[str]) -> bool:
    match expression:
        case Phrase():
            last = len(expression.atoms)
            return any(
                _same(expression, atoms[start : start + last])
                for start in range(len(atoms) - last + 1)
            )
        case Not(part):
            return not _holds(part, atoms)
        case And(parts):
            return all(_holds(part, atoms) for part in parts)
        case Or(parts):
            return any(_holds(part, atoms) for part in parts)


def _same(phrase: Phrase, atoms: Sequence[str]) -> bool:
    *before, last = phrase.atoms
    return list(atoms[:-1]) == before and (
        atoms[-1] == last
        if not phrase.beginning
        else atoms[-1].startswith(last) or atoms[-1] == words.singular(last)
    )


def _select(expression: Expression, lexical: LexicalIndex, within: Mask) -> Mask:
    """Which of the places in `within` match; nothing is looked at outside them."""
    match expression:
        case Phrase():
            return _select_phrase(expression, lexical, within)
        case Not(part):
            return within & ~_select(part, lexical, within)
        case And(parts):
            for part in sorted(parts, key=_effort):
                within = _select(part, lexical, within)
            return within
        case Or(parts):
            found = np.zeros(len(within), bool)
            for part in sorted(parts, key=_effort):
                found |= _select(part, lexical, within & ~found)
            return found


def _effort(expression: Expression) -> bool:
    """Whether rows of words may have to be read, not postings alone."""
    return not (isinstance(expression, Phrase) and len(expression.atoms) == 1)


def _select_phrase(phrase: Phrase, lexical: LexicalIndex, within: Mask) -> Mask:
    *before, last = (_numbers(atom, lexical) for atom in phrase.atoms)
    if phrase.beginning:
        beginning = lexical.numbers_beginning(phrase.atoms[-1])
        last = {*beginning, *_numbers(words.singular(phrase.atoms[-1]), lexical)}
    for numbers in (*before, last):
        if numbers != {BREAK}:
            within = within & _users(numbers, lexical)
    for pair in pairwise(phrase.atoms):
        if all(map(words.is_chinese, pair)):
            within = within & _users(_numbers("".join(pair), lexical), lexical)
    if len(phrase.atoms) == 1 or (
        len(phrase.atoms) == 2 and all(map(words.is_chinese, phrase.atoms))
    ):
        return within
    found = np.zeros(len(within), bool)
    wanted = [np.array(sorted(numbers), np.int32) for numbers in (*before, last)]
    for places in np.array_split(np.flatnonzero(within), len(within) // READ_AT_ONCE + 1):
        found[_places_with(wanted, *lexical.words_of(places))] = True
    return found


def _places_with(wanted: Sequence[NDArray[np.int32]], row: NDArray[np.int32], owners: Ints) -> Ints:
    """Owners of the stretches of `row` that go through `wanted`: what will do, step by step."""
    starts = np.arange(len(row) - len(wanted) + 1)
    for offset, numbers in enumerate(wanted):
        here = row[starts + offset]
        starts = starts[here == numbers[0] if len(numbers) == 1 else np.isin(here, numbers)]
    within_one = owners[starts] == owners[starts + len(wanted) - 1]
    found: Ints = owners[starts[within_one]]
    return found


def _numbers(atom: str, lexical: LexicalIndex) -> set[int]:
    """The atom's number, or nothing when no text has it."""
    if atom == words.BREAK:
        return {BREAK}
    number = lexical.term_number(atom)
    return set() if number < 0 else {number}


def _users(numbers: set[int], lexical: LexicalIndex) -> Mask:
    users = np.zeros(len(lexical.ids), bool)
    for number in numbers:
        users[lexical.places_of(number)] = True
    return users


@cache
def _parser() -> Lark:
    from lark import Lark, Transformer

    class Building(Transformer):  # type: ignore[type-arg]
        """Builds values while Lark reads, so that no depth of the input becomes depth of calls."""

        def any(self, parts: list[Expression]) -> Expression:
            return Or(tuple(parts))

        def all(self, parts: list[Expression]) -> Expression:
            return And(tuple(parts))

        def none(self, parts: list[Expression]) -> Expression:
            return Not(parts[0])

        def phrase(self, tokens: list[Any]) -> Expression:
            return _phrase(tokens[0])

    return Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=Building())


def _phrase(token: Token) -> Expression:
    """The phrase in quotes; of a bare word, its parts, which "java,spring" has two of."""
    quoted = token.startswith('"')
    given = token.strip('"').rstrip()
    beginning = given.endswith("*")
    if "*" in given.rstrip("*") or (beginning and not re.search(r"[^\W_]\*$", given)):
        raise _misread(token.start_pos, "an asterisk only ends the beginning of a word")
    atoms = [atom for part in _split(words.atoms(given)) for atom in (*part, words.BREAK)][:-1]
    if not atoms:
        raise _misread(token.start_pos, "there is no word here")
    if beginning:
        beginning = not words.is_chinese(atoms[-1])  # Chinese is found inside longer words anyhow
        stump = re.findall(r"[^\W_]+", words.normalise(given))[-1]
        if words.singular(stump) == atoms[-1]:
            atoms[-1] = stump  # "analys", not its supposed singular
        if beginning and len(atoms[-1]) < SHORTEST_BEGINNING:
            raise _misread(token.start_pos, f"{given} is too short a beginning")
    if quoted:
        return Phrase(tuple(atoms), beginning)
    parts = list(_split(atoms))
    phrases = [Phrase(tuple(part)) for part in parts[:-1]] + [Phrase(tuple(parts[-1]), beginning)]
    return phrases[0] if len(phrases) == 1 else And(tuple(phrases))


def _split(atoms: Sequence[str]) -> Iterator[list[str]]:
    """The stretches between BREAKs that hold something."""
    stretch: list[str] = []
    for atom in (*atoms, words.BREAK):
        if atom != words.BREAK:
            stretch.append(atom)
        elif stretch:
            yield stretch
            stretch = []


def _extent(expression: Expression) -> tuple[int, int]:
    """How many levels and how many phrases, counted without recursion."""
    deepest, phrases, parts = 0, 0, [(expression, 1)]
    while parts:
        part, level = parts.pop()
        deepest = max(deepest, level)
        if isinstance(part, Phrase):
            phrases += 1
        elif isinstance(part, Not):
            parts.append((part.part, level + 1))
        else:
            parts.extend((each, level + 1) for each in part.parts)
    return deepest, phrases


def _misread(position: int | None, why: str) -> InvalidRequest:
    where = "at its end" if position is None else f"at character {position + 1}"
    return InvalidRequest(f"the text to search for is unclear {where}: {why}; {EXAMPLE}")
