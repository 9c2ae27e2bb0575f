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
_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)? ?(?:mg|mcg|ml|milligrams?|miligramos|miligramas|pills?|tablets?|capsules?|drops?"
    r"|pastillas?|tabletas?|cápsulas?|gotas|comprimidos?)\b"
    r"|\b(?:take|use|tome|toma|use|usa)\b[^.?!]{0,40}\b(?:every|cada|a cada) \d+ (?:hours?|horas?)"
    r"|\b(?:once|twice|three times|una vez|dos veces|tres veces|uma vez|duas vezes|três vezes) "
    r"(?:a day|daily|al día|por día|por dia|ao dia)\b"
    r"|\b(?:double|half|skip|doble|mitad|dobro|metade) (?:the |your |a |la |su |o |sua )?(?:dose|dosis)\b",
    re.IGNORECASE,
)
_ILLNESS = (
    r"infect\w*|infecc?i\w+|infecç\w+|herpes|cold sores?|allerg\w+|alérgi\w+|alergi\w+|dermatitis|dermatite"
    r"|rosacea|rosácea|eczema|cellulitis|celulitis|celulite|granuloma\w*|impetigo|keloid\w*|queloid\w*|burned|burnt"
)
_DIAGNOSIS = re.compile(
    rf"\b(?:(?<!if )you have|(?<!if )you are|you(?:'|’)(?:ve|re)|(?<!if )(?:it|this|that) is|it(?:'|’)s"
    r"|(?:usted |você )(?:tiene|tem|está)|(?:esto|eso|isso|isto) (?:es|é)"
    r"|(?<!si )(?:se trata de|trata-se de))"
    r"(?: likely| probably| just| only| probablemente| provavelmente)?"
    rf"(?: an?| the| una?| um| uma)? (?:{_ILLNESS})\b",
    re.IGNORECASE,
)

# To stop or skip what a doctor ordered. Vitamins and plain painkillers may be left out before a visit.
_MEDICINE = (
    r"blood thinners?|warfarin|coumadin|eliquis|xarelto|plavix|accutane|roacutan\w*|isotretino\w+|insulin"
    r"|antivir\w+|(?:val|fam)?a?cic?yclovir|valtrex|antidepress\w+|antibiotics?(?! cream)|medications?"
    r"|medicines?|meds|drugs?|pills|anticoagula\w+|medicamentos?|medicinas?|remédios?|insulina|antibióticos?"
)
_STOPS = re.compile(
    r"\b(?:stop(?: taking| using)?|skip|pause|quit|hold|come off|do(?:n'?t| not) take|avoid(?: taking)?"
    r"|deje de tomar|suspenda|omita|interrumpa|no tome|pare de tomar|interrompa|pule|não tome)\b"
    rf"[^.?!,:;()]{{0,30}}\b(?:{_MEDICINE})\b",
    re.IGNORECASE,
)
_NOT_THAT = re.compile(
    r"\b(?:don'?t|do not|never|not|without|before you|no|nunca|não|sin|sem|antes de)\b[^.?!]{0,25}$",
    re.IGNORECASE,
)


def stops_medicine(text: str) -> str | None:
    """The words with which ``text`` tells her to leave out what was prescribed; only a prescriber may."""
    found = (match for match in _STOPS.finditer(text) if not _NOT_THAT.search(text[: match.start()]))
    return next((match[0] for match in found), None)


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


def dose(text: str) -> str | None:
    """How much of a medicine, or how often, ``text`` tells; only a prescriber may."""
    return _first(_DOSE, text)


def diagnosis(text: str) -> str | None:
    """The words with which ``text`` says what she has; nobody has looked at her."""
    return _first(_DIAGNOSIS, text)


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    match = pattern.search(text)
    return match[0] if match else None
