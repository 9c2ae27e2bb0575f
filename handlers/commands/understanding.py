"""One text explained, its replies in the words that would leave, without a database."""

from collections.abc import Iterator, Mapping
from functools import cache, partial
from typing import Any

from care.reading import Phase, Urgency
from messages.catalog import HANDOFF, Catalog
from messages.read import Reader
from messages.reading import languages
from messages.reading.normalise import prepare
from messages.reading.spelling import mend
from messages.reading.understand import explain
from messages.render import render
from scheduler.words import blank_values, place_values
from scheduler.writer import approved_topics
from store.clinic import ClinicFile, location_row

#: From here on a wording that is off is replaced by what it names for an emergency.
_GRAVE = {Urgency.CRISIS.word, Urgency.EMERGENCY.word}


class Understanding:
    """Explains texts as the clinic's first location would: its approved answers, its phone, its hours."""

    def __init__(self, catalog: Catalog, clinic: ClinicFile) -> None:
        self._catalog = catalog
        self._location = location_row(clinic, next(iter(clinic.locations)))
        self._reader = Reader(catalog.answers)
        self._approved = cache(partial(approved_topics, catalog))

    def explained(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What is understood of ``{"text", "phase"?, "days"?}``, and the words she would get."""
        phase = Phase(request.get("phase") or Phase.UNKNOWN)
        language = languages.detect(mend(prepare(request["text"])), request.get("locale", "en"))
        said = explain(self._reader, request, self._approved(phase, language))
        said["reply"] = "\n".join(self._words(said, phase)) or None
        return said

    def _words(self, said: Mapping[str, Any], phase: Phase) -> Iterator[str]:
        for reply in said["reply"]:
            name, _, topic = reply.partition(":")
            wording = self._catalog.answers[topic].answer_for(phase) or HANDOFF if topic else name
            emergency = said["urgency"] in _GRAVE
            words = self._catalog.say(wording, said["language"], emergency=emergency)
            if words is not None:
                values = place_values(self._location, said["language"])
                yield render(words[1], blank_values(words[1], values))
