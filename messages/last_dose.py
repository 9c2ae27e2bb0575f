"""When she took it last, as she wrote it: "finished Accutane in March", "hace 3 meses", "8 months ago".

Always the latest day that her words allow, so that what is worked out from it errs on the safe side.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

_MONTHS = (
    ("january", "enero", "janeiro", "jan", "ene"),
    ("february", "febrero", "fevereiro", "feb", "fev"),
    ("march", "marzo", "marco", "mar"),
    ("april", "abril", "apr", "abr"),
    ("may", "mayo", "maio"),
    ("june", "junio", "junho", "jun"),
    ("july", "julio", "julho", "jul"),
    ("august", "agosto", "aug", "ago"),
    ("september", "septiembre", "setiembre", "setembro", "sept", "sep"),
    ("october", "octubre", "outubro", "oct", "out"),
    ("november", "noviembre", "novembro", "nov"),
    ("december", "diciembre", "dezembro", "dec", "dic", "dez"),
)
_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
#: Words that are also something else ("may I", "3 months ago", "out of it"): only behind one of _IN.
_DOUBTFUL = {name for name in _NUMBER if len(name) <= 3} | {"mayo", "maio", "march", "marco"}
_IN = r"(?:in|since|until|till|of|last|late|early|mid|around|en|em|desde|hasta|ate|de|fin de|fim de)"
_MONTH = re.compile(
    rf"(?:\b(?P<lead>{_IN}) )?\b(?P<month>{'|'.join(sorted(_NUMBER, key=len, reverse=True))})\b"
    r"(?:,? (?:of |de |del )?(?P<year>(?:20)?\d{2})\b)?"
)
_SMALL = {
    **{"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "couple": 2, "few": 2},
    **{"un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8},
    **{"um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4, "sete": 7, "oito": 8, "nove": 9, "dez": 10},
}
_UNITS = {
    **dict.fromkeys(("day", "days", "dia", "dias"), 1),
    **dict.fromkeys(("week", "weeks", "semana", "semanas"), 7),
    **dict.fromkeys(("month", "months", "mes", "meses"), 30),
    **dict.fromkeys(("year", "years", "ano", "anos"), 365),
}
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_SMALL)})(?: of)? (?P<unit>{'|'.join(_UNITS)})"
_AGO = re.compile(rf"\b{_COUNT} (?:ago|atras)\b")
_SINCE = re.compile(rf"\b(?:hace|ha|faz|tem) (?:unos |como |uns |cerca de )?{_COUNT}\b")
_LAST = re.compile(r"\blast (?P<unit>week|month|year)\b|\b(?P<now>yesterday|today|ayer|hoy|ontem|hoje)\b")


def last_dose(text: str, today: date) -> date | None:
    """The latest day, not after ``today``, that the text names for it; None when it names none."""
    plain = _plain(text)
    return max((day for day in _days(plain, today) if day <= today), default=None)


def _days(plain: str, today: date) -> Iterator[date]:
    for found in _MONTH.finditer(plain):
        if found["month"] not in _DOUBTFUL or found["lead"] or found["year"]:
            yield _end_of(_NUMBER[found["month"]], found["year"], today)
    for pattern in (_AGO, _SINCE):
        for found in pattern.finditer(plain):
            number = int(found["count"]) if found["count"].isdigit() else _SMALL[found["count"]]
            yield today - timedelta(days=number * _UNITS[found["unit"]])
    for found in _LAST.finditer(plain):
        yield _last(found["unit"], today)


def _end_of(month: int, year: str | None, today: date) -> date:
    """The last day of that month; of the latest one that has begun, when no year is named."""
    if year is None:
        number = today.year if month <= today.month else today.year - 1
    else:
        number = int(year) if len(year) == 4 else 2000 + int(year)
    return min(date(number, month, monthrange(number, month)[1]), today)


def _last(unit: str | None, today: date) -> date:
    match unit:
        case "year":
            return date(today.year - 1, 12, 31)
        case "month":
            return today.replace(day=1) - timedelta(days=1)
        case _:
            return today


def _plain(text: str) -> str:
    """Lower case, without accents, one space between words."""
    parted = unicodedata.normalize("NFD", text.lower())
    return " ".join("".join(c for c in parted if not unicodedata.combining(c)).split())
