"""In which language a text is written: English, Spanish or Portuguese, by its small words and its signs."""

from functools import cache

from messages.reading.normalise import Words, fold
from messages.reading.patterns import load

LANGUAGES = ("en", "es", "pt")


@cache
def _small_words() -> dict[str, frozenset[str]]:
    listed: dict[str, str] = load("languages.yaml")["words"]
    return {language: frozenset(words.split()) for language, words in listed.items()}


@cache
def _signs() -> dict[str, str]:
    listed: dict[str, str] = load("languages.yaml")["signs"]
    return listed


def detect(words: Words, locale: str) -> str:
    """``en``, ``es`` or ``pt``; the patient's own language where the text does not tell."""
    spelled = words.spelled.split()
    folded = [fold(word) for word in spelled]
    scores = {language: 0.0 for language in LANGUAGES}
    for language, small in _small_words().items():
        scores[language] += sum(1.0 for word in folded if word in small)
        scores[language] += sum(2.0 for sign in _signs().get(language, "").split() if sign in words.spelled)
    scores[locale if locale in scores else "en"] += 0.5
    return max(LANGUAGES, key=lambda language: scores[language])
