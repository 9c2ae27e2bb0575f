"""How many parts a text costs on the air, and which characters make it cost more.

GSM 03.38 (3GPP TS 23.038): 160 characters in one part, 153 in each of several. One
character outside its table turns the whole text into UCS-2: 70, or 67, UTF-16 units.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from unicodedata import normalize

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # each sent as an escape and a second character


class Encoding(StrEnum):
    """How the carrier will send a text."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True)
class Segments:
    """What a text takes: its encoding, its length in that encoding's units, and its billed parts."""

    encoding: Encoding
    units: int
    parts: int


def count(text: str) -> Segments:
    """The encoding, units and parts of ``text``; an escape or surrogate pair never straddles two parts."""
    if not_gsm(text):
        sizes = [1 if ord(character) < 0x10000 else 2 for character in text]
        return Segments(Encoding.UCS2, sum(sizes), _parts(sizes, single=70, each=67))
    sizes = [2 if character in _EXTENDED else 1 for character in text]
    return Segments(Encoding.GSM7, sum(sizes), _parts(sizes, single=160, each=153))


def _parts(sizes: Iterable[int], *, single: int, each: int) -> int:
    sizes = list(sizes)
    if sum(sizes) <= single:
        return 1 if sizes else 0
    parts, room = 1, each
    for size in sizes:
        if size > room:
            parts, room = parts + 1, each
        room -= size
    return parts


def not_gsm(text: str) -> tuple[str, ...]:
    """The characters, each once and in order, that GSM-7 does not have."""
    return tuple(dict.fromkeys(c for c in text if c not in _BASIC and c not in _EXTENDED))


def fold(text: str) -> str:
    """Drop the accents that GSM-7 lacks, and only those: á becomes a; é, ñ, ü and ¿ stay.

    An ñ is never touched: "año" and "ano" are different words. What has no plain
    letter underneath (a curly quote, an emoji) stays too, for the check to report.
    """
    return "".join(_folded(normalize("NFC", text)))


def _folded(text: str) -> Iterator[str]:
    for character in text:
        plain = normalize("NFD", character)[0]
        yield plain if character not in _BASIC and plain in _BASIC else character
