"""What the histories are made of: people, facts, texts, the ends a carrier reports."""

import logging

#: Two share a phone; a phone is in one zone.
PEOPLE = (
    {"name": "Anna Reed", "mobile": "+17815550121", "language": "en"},
    {"name": "Bea Reed", "mobile": "+17815550121", "language": "es"},
    {"name": "Caio Lima", "mobile": "+17815550122", "language": "pt", "timezone": "America/Los_Angeles"},
    {"name": "Dora Kim", "mobile": "+17815550123", "language": "en", "timezone": "Pacific/Honolulu"},
)
MOBILES = ("+17815550121", "+17815550122", "+17815550123", "+16175550150")
FACTS = (
    {"cold_sores": "yes"},
    {"antiviral_rx": "yes"},
    {"antiviral_rx": "no"},
    {"pregnant": "yes"},
    {"kit_given": "yes"},
    {"kit_given": "no"},
    {"plan": "maintenance", "interval_months": "3"},
    {"plan": "corrective", "sessions_planned": "3"},
)
EMERGENCIES = (
    "I can't breathe",
    "no puedo respirar",
    "não consigo respirar",
    "STOP I can't breathe",
    "my throat is closing, can I use sunscreen?",
)
WORDS = (
    "STOP",
    "START",
    "please stop texting me",
    "wrong number",
    "HELP",
    "yes",
    "none",
    "C",
    "I used retinol yesterday",
    "can I wear makeup?",
    "¿puedo tomar el sol?",
    "I have to cancel",
    "there is pus and it is spreading",
    "thanks!",
    "is it ok",
    "to wear makeup tomorrow",
    "AUTO-REPLY: I am away",
    "",
    "qwerty",
)
FINAL = (
    ("delivered", None),
    ("undelivered", "30003"),
    ("undelivered", "21610"),
    ("undelivered", "30006"),
    ("failed", "30008"),
)


class Failures(logging.Handler):
    """Keeps what the scheduler logged as an error: a failure that only the log knows of."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())
