"""Texts that another machine wrote: answered by silence, or two machines would talk for ever.

Only what calls itself automatic counts. "I'm out of the office on Monday" may well be a patient.
"""

import re
import unicodedata

from care.reading import Flag, Intent, Reading, Urgency

_KIND = r"(?:reply|response|message|text|respuesta|mensaje|resposta|mensagem)"
_DRIVING = "do not disturb while driving"
_MARKS = re.compile(
    rf"^\W*(?:this is an? )?auto(?:matic|mated|matica|matico)?[ -]?{_KIND}\b"
    r"|^\W*(?:esta? (?:es|e) (?:una?|uma?) )?(?:respuesta|mensaje|resposta|mensagem) automatic[ao]\b"
    r"|\b(?:sent|generated) automatically\b"
    rf"|\b{_DRIVING}\b"
    r"|\bim not receiving notifications\b"
    r"|\bthis (?:number|inbox|mailbox) (?:is not|isnt) monitored\b"
)
#: A flag by likeness alone: a machine's set phrases are like nothing a patient says.
_BY_LIKENESS = "R0"


def by_a_machine(reading: Reading) -> Reading:
    """The reading; a silent one when the text calls itself automatic and holds no danger and no opt-out."""
    plain = _plain(reading.text)
    found = _MARKS.search(plain)
    if found is None or any(_grave(flag) for flag in reading.flags):
        return reading
    by_rule = any(one.startswith("opt_out: ") for one in reading.matched)
    if (
        reading.opt_out and by_rule and _DRIVING not in plain
    ):  # a phone's "do not disturb" is no wish about our texts
        return reading
    why = f"silence: another machine wrote it: {found[0].strip()}"
    return Reading(reading.text, (Intent.SILENT,), reading.language, matched=(why,))


def _grave(flag: Flag) -> bool:
    return flag.urgency >= Urgency.URGENT and flag.row != _BY_LIKENESS


def _plain(text: str) -> str:
    """Lower case, without accents and apostrophes."""
    parted = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in parted if not unicodedata.combining(c) and c not in "'’")
