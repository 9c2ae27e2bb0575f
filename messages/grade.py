"""How hard an English text is to read: the Flesch-Kincaid grade, by our own count of syllables.

Patient texts should stay at 6th to 8th grade at most (pmc.ncbi.nlm.nih.gov/articles/PMC3049622).
The count is approximate: it ranks our texts well and is no measure of a single word.
"""

import re

_SENTENCE_END = re.compile(r"[.?!]+(?:\s|$)|:\s")
_WORD = re.compile(r"[A-Za-z']+")
_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_END = re.compile(r"(?:[^laeiouy]e|[^td]ed|[^sxzc]es)$")


def grade(text: str) -> float:
    """The school year that reads this easily; below zero for the very plain, 0 for no words at all."""
    words = _WORD.findall(text)
    if not words:
        return 0.0
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    vowels = len(_VOWELS.findall(word))
    return max(1, vowels - bool(_SILENT_END.search(word)))
