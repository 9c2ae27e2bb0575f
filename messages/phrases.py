"""Phrases that must not stand in a text, in the three languages. A new trap is one line here."""

import re
from collections.abc import Iterator

# Words that carriers take for STOP or START (Twilio's list and the FCC's, with the Spanish and
# Portuguese ones that we honour ourselves). HELP is left out: offering it is the rule.
_RESERVED = (
    r"STOP|STOPALL|UNSUBSCRIBE|CANCEL|CANCELAR|END|QUIT|REVOKE|OPT-?OUT|PARAR|PARE|ALTO|BASTA|FIN|SALIR|SAIR"
    r"|START|UNSTOP|YES"
)
_OFFER = re.compile(
    r"\b(?:reply|text|send|answer|responda|responde|escriba|envíe|envie|mande|escreva)"
    rf"(?: with| back| the word| con| com| la palabra| a palavra)? [\"']?(?P<word>{_RESERVED})\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(rf"\b(?:{_RESERVED})\b")
_MEANS_STOP = re.compile(
    r"opt out|stop these texts|no recibir más|dejar de recibir|não receber|parar de receber"
)
_MEANS_START = re.compile(r"texts again|textos otra vez|voltar a receber")
_SENTENCE = re.compile(r"[^.?!]+[.?!]*")

_TREATMENT = re.compile(
    r"micro-?needling|microagulha\w*|microaguja\w*|collagen induction|valacyclovir|acyclovir|aciclovir"
    r"|valtrex|famciclovir|botox|dysport|filler|relleno|preenchimento|morpheus\w*|skinpen|\bprp\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"cold sore|herpes|antivir\w*|virus|pregnan\w*|embaraz\w*|gr[áa]vid\w*|accutane|roacutan", re.IGNORECASE
)
_COMFORT = re.compile(
    r"\bnormal\b|don'?t worry|do not worry|nothing to worry|no se preocupe|não se preocupe|tranquil[ao]",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r"guarantee\w*|garanti[az]\w*|painless|pain-free|no pain\b|not a painful|indolor[ao]?|sin dolor|sem dor\b"
    r"|risk-free|low-risk|sin riesgo|sem risco|lunchtime|100 ?%|\d+ ?% (?:thicker|improvement)|\bcures?\b",
    re.IGNORECASE,
)


def reserved_offers(text: str) -> Iterator[str]:
    """The reserved words that ``text`` invites as a reply for anything but what they mean."""
    for sentence in _SENTENCE.findall(text):
        words = {match["word"].upper() for match in _OFFER.finditer(sentence)}
        words |= {match[0] for match in _CAPITALS.finditer(sentence)}
        if _MEANS_STOP.search(sentence):
            words.discard("STOP")
        if _MEANS_START.search(sentence):
            words.discard("START")
        yield from sorted(words)


def names_treatment(text: str) -> str | None:
    """The procedure or drug that ``text`` names, if any."""
    return _first(_TREATMENT, text)


def names_condition(text: str) -> str | None:
    """The condition that ``text`` names, if any."""
    return _first(_CONDITION, text)


def false_comfort(text: str) -> str | None:
    """The words with which ``text`` calls something harmless, if any."""
    return _first(_COMFORT, text)


def broken_promise(text: str) -> str | None:
    """The outcome that ``text`` promises, if any."""
    return _first(_PROMISE, text)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[0] if match else None
