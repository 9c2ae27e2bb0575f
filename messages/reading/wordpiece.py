"""A text as the numbers that a BERT model reads: words, cut into the longest pieces of its vocabulary."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
#: A longer "word" is none, and only its beginning would fit anyway.
LONGEST_WORD = 100
_WORDS = re.compile(r"[^\W_]+|[^\w\s]|_")


def numbers(text: str, vocabulary: Mapping[str, int], most: int) -> list[int]:
    """The numbers of a text, at most so many with the marks of its beginning and end.

    Lower case, no accents, every mark a word of its own: as all-MiniLM-L6-v2 was taught.
    """
    plain = unicodedata.normalize("NFD", text.lower())
    letters = "".join(one for one in plain if unicodedata.category(one) not in ("Mn", "Cc", "Cf"))
    found = [piece for word in _WORDS.findall(letters) for piece in _pieces(word, vocabulary)]
    return [vocabulary[piece] for piece in (BEGIN, *found[: most - 2], END)]


def _pieces(word: str, vocabulary: Mapping[str, int]) -> list[str]:
    """The longest piece that fits, again and again; the word is unknown when one letter is."""
    pieces = list(_longest(word, vocabulary)) if len(word) <= LONGEST_WORD else []
    return pieces if pieces and "" not in pieces else [UNKNOWN]


def _longest(word: str, vocabulary: Mapping[str, int]) -> Iterator[str]:
    at = 0
    while at < len(word):
        begun = "##" if at else ""
        ends = (end for end in range(len(word), at, -1) if begun + word[at:end] in vocabulary)
        end = next(ends, 0)
        yield begun + word[at:end] if end else ""
        at = end or len(word)
