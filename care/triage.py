"""How soon a person must look at a text. In doubt upwards; a kind word never lowers it.

The rows (R1 to R43) are the clinic's triage table; the words that lead to them are data of
``messages/reading``. Here is what changes a row's level: where the patient stands, and what else she is.
"""

from care.reading import Flag, Intent, Phase, Reading, Urgency

#: Told after the treatment, these need someone today (R22, R23; treated while on a blood thinner).
TODAY_ONCE_TREATED = frozenset({"R32", "R33", "R34"})
#: Told this many days or fewer before the visit, these need someone today (R22, R23, R24).
TODAY_WHEN_NEAR = {"R32": 2, "R33": 2, "R24": 3}
#: Office hours, but not tomorrow's (R29, R42); R36 and R37 only when the visit is within 48 hours.
SAME_DAY = frozenset({"R29", "R42"})
SAME_DAY_WHEN_NEAR = {"R36": 2, "R37": 2}
#: Signs that weigh one level more in a patient with one of the risks (section 3.1 of the triage table).
MILD_SIGNS = frozenset({"R26", "R27", "R28", "R29", "R30"})
RISKS = frozenset({"R31", "R32", "R35", "R39"})
#: Redness and soreness of the first days are expected; longer than this, a person looks the same day (R26).
EXPECTED_DAYS = 7
STAFF_NOTE_FROM_DAY = 4

_FOR_A_PERSON = frozenset(
    {
        Intent.COMPLAINT,
        Intent.CANCEL,
        Intent.RESCHEDULE,
        Intent.RUNNING_LATE,
        Intent.UNANSWERABLE,
        Intent.HUMAN,
        Intent.WRONG_NUMBER,
        Intent.OTHER,
        Intent.DECLARED_SOME,
    }
)


def level(flag: Flag, phase: Phase, days: int | None) -> Urgency:
    """The level of one flag. ``days``: since the visit ended, or until it while before it; None: unknown."""
    if flag.lowered:
        return flag.urgency
    if phase is Phase.AFTER and flag.row in TODAY_ONCE_TREATED:
        return max(flag.urgency, Urgency.URGENT)
    if phase is Phase.BEFORE and days is not None and days <= TODAY_WHEN_NEAR.get(flag.row, -1):
        return max(flag.urgency, Urgency.URGENT)
    return flag.urgency


def assess(reading: Reading, phase: Phase, days: int | None = None) -> Urgency:
    """The level of a whole text: the highest of its flags, then what an unhurried sign or wish asks for.

    ``days``: since the visit ended, or until it while before it; None when unknown.
    """
    phase = Phase.AFTER if reading.says_treated else phase
    levels = [level(flag, phase, days) for flag in reading.flags]
    rows = {flag.row for flag in reading.flags if not flag.lowered}
    healing = phase is Phase.AFTER and reading.wants(Intent.SYMPTOM)
    if rows & RISKS and (rows & MILD_SIGNS or healing):
        levels.append(Urgency.URGENT)
    if needs_staff_note(reading, days) or any(reading.wants(intent) for intent in _FOR_A_PERSON):
        levels.append(Urgency.ROUTINE)
    return max(levels, default=Urgency.NONE)


def needs_staff_note(reading: Reading, days: int | None) -> bool:
    """A leftover sign on day 4 or later: still expected until day 7, but a person should know (R26)."""
    since = reading.says_days if reading.says_days is not None else days
    return reading.wants(Intent.SYMPTOM) and since is not None and since >= STAFF_NOTE_FROM_DAY


def is_same_day(reading: Reading, phase: Phase, days: int | None = None) -> bool:
    """True when a routine matter must still be seen today."""
    rows = {flag.row for flag in reading.flags if not flag.lowered}
    if rows & SAME_DAY:
        return True
    if phase is Phase.BEFORE:
        return days is not None and any(days <= SAME_DAY_WHEN_NEAR.get(row, -1) for row in rows)
    since = reading.says_days if reading.says_days is not None else days
    lasting = "R26" in rows or reading.wants(Intent.SYMPTOM)
    return lasting and since is not None and since > EXPECTED_DAYS


def grave(reading: Reading, phase: Phase, days: int | None) -> tuple[Flag, ...]:
    """The flags that need someone today: the gravest first, then those whose reply says more than "call"."""
    phase = Phase.AFTER if reading.says_treated else phase
    levels = [(level(flag, phase, days), flag) for flag in reading.flags]
    urgent = [one for one in levels if one[0] >= Urgency.URGENT]
    return tuple(flag for _, flag in sorted(urgent, key=lambda one: (-one[0], one[1].reply == "urgent")))
