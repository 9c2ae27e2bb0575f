"""What a carrier's error code asks of us, and how to say it to staff.

The codes themselves are data, in ``twilio_errors.yaml`` beside this file: a new
code is one entry there.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from care.delivery import ErrorClass


@dataclass(frozen=True)
class CarrierError:
    """One error of a carrier: its class, and two sentences for staff.

    ``hours``: wait at least this long before trying again; 0 leaves it to the usual
    back-off. When the error came in a receipt, one more try is all that is useful.
    """

    code: str
    error_class: ErrorClass
    meaning: str
    advice: str
    hours: float = 0.0

    @property
    def retry(self) -> bool:
        """Whether trying again, later, can help."""
        return self.error_class is ErrorClass.RETRY


@cache
def known_errors() -> dict[str, CarrierError]:
    """Every error we have words for, by its code. Raises KeyError or ValueError on a bad table."""
    path = Path(__file__).with_name("twilio_errors.yaml")
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        str(code): CarrierError(
            code=str(code),
            error_class=ErrorClass(row["class"]),
            meaning=row["meaning"],
            advice=row["advice"],
            hours=float(row.get("hours", 0)),
        )
        for code, row in table.items()
    }


def classify(code: str | int | None, http_status: int | None = None) -> CarrierError:
    """What an error asks of us. ``http_status`` is None when it came in a receipt.

    The HTTP status decides what the code cannot. A 429 was never processed (20429),
    so it is tried again whatever its code. A 5xx, or an answer that is no answer (a
    redirect, a time-out), leaves open whether the text was taken. A code we have no
    words for was a refusal all the same: nothing was taken, or it was and has failed,
    so it is permanent and a person looks at it; trying again would be a guess.
    """
    name = str(code or http_status or "").strip()
    known = known_errors().get(name) or known_errors().get(str(http_status))
    if http_status == 429:
        return known if known and known.retry else known_errors()["429"]
    if http_status is not None and not 400 <= http_status < 500:
        return _open_question(name)
    return known or _stranger(name)


def explain(code: str | int | None) -> str:
    """One plain sentence for staff: what went wrong with this text."""
    return classify(code).meaning


def _open_question(name: str) -> CarrierError:
    return CarrierError(
        code=name,
        error_class=ErrorClass.UNKNOWN,
        meaning="Twilio had a fault; we are asking whether it has the text",
        advice="Nothing to do",
    )


def _stranger(name: str) -> CarrierError:
    if not name:
        return CarrierError(
            code="",
            error_class=ErrorClass.PERMANENT,
            meaning="The text did not arrive, and the carrier gives no reason",
            advice="Call the patient if it matters",
        )
    return CarrierError(
        code=name,
        error_class=ErrorClass.PERMANENT,
        meaning=f"The carrier refused this text with its code {name}",
        advice=f"Call the patient if it matters; see twilio.com/docs/api/errors/{name}",
    )
