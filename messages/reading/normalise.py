"""One text, brought into the shape in which all other layers look at it."""

import re
import unicodedata
from dataclasses import dataclass

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe00-\ufe0f\ufeff]")
_APOSTROPHES = re.compile("['’‘`´ʼ＇]")
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_LINK = re.compile(r"(?:https?://|www\.)\S+")  # says nothing about the language
_TOKEN = re.compile(r"\d+(?:[:./-]\d+)+|\d+|[a-z]+|[.!;\n…]+|\?+|[,:()\"“”«»—–]+")
_QUOTED = re.compile('["“„«].*["”“»]', re.DOTALL)
_TAPBACK = re.compile(
    r"^\s*(?:(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? \w+ from|"
    r"reacted .{1,12} to|le gusto|le encanto|no le gusto|le dio risa|enfatizo|destaco|"
    r"reacciono .{0,8}(?:a|con)|(?:gostou|nao gostou|amou|adorou|riu) d[aeo]|enfatizou|"
    r"reagiu .{0,8}(?:a|com))\s*"
    r"(?:[\"“„«]|an? (?:image|photo|movie|video|attachment|message|sticker|link)|"
    r"una? (?:imagen|foto|video|mensaje)|uma? (?:imagem|foto|video|mensagem))|\W{1,6}(?:to|a|para) [\"“„«])"
)


@dataclass(frozen=True)
class Words:
    """A text prepared for matching.

    ``raw``: as it arrived. ``bare``: lower-case folded words alone, for control words. ``marked``: the same
    with clause marks (``,`` ``.`` ``?``), shorthand expanded and spelling mended, padded with one space at
    each end. ``spelled``: lower case with its accents, for telling languages apart.
    ``tapback``: a reaction to one of our texts; its quotation is left out. ``other_script``: most of its
    letters are not Latin.
    """

    raw: str
    bare: str
    marked: str
    spelled: str
    tapback: bool = False
    other_script: bool = False

    @property
    def empty(self) -> bool:
        """True when nothing is left that could be read: blank, emoji, invisible marks."""
        return not self.other_script and not re.search(r"[a-z0-9?]", self.marked)


def fold(text: str) -> str:
    """Lower case, without accents, apostrophes or letters stretched to three and more."""
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text.lower()))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _STRETCHED.sub(r"\1", plain)


def clean(text: str) -> str:
    """NFKC (full-width letters become plain) and no invisible characters: zero width, RTL marks."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def tokens(folded: str) -> list[str]:
    """Words, numbers and clause marks; everything else (emoji, symbols) is dropped."""
    marks = {"?": "?", ".": ".", "!": ".", ";": ".", "\n": ".", "…": "."}
    found = []
    for token in _TOKEN.findall(folded):
        is_word = token[0].isalnum()
        found.append(token if is_word else marks.get(token[0], ","))
    return found


def prepare(text: str) -> Words:
    """The text before spelling is mended; :func:`messages.reading.spelling.mend` finishes it."""
    cleaned = clean(text)
    folded = fold(cleaned)
    tapback = bool(_TAPBACK.match(folded))
    if tapback:
        folded = _QUOTED.sub(" ", folded)
        folded = _TAPBACK.sub(" ", folded)
    found = tokens(folded)
    spelled = re.findall(r"[^\W_]+|[¿¡]", _APOSTROPHES.sub("", _LINK.sub(" ", cleaned.lower())))
    return Words(
        raw=text,
        bare=" ".join(token for token in found if token[0].isalnum()),
        marked=f" {' '.join(found)} ",
        spelled=f" {' '.join(spelled)} ",
        tapback=tapback,
        other_script=_is_other_script(cleaned),
    )


def _is_other_script(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return len(letters) > 2 * latin
