"""The demo's clinic: patients at every stage, each brought there by the real code and a moved clock."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from secrets import token_urlsafe
from zoneinfo import ZoneInfo

from care.hours import Hours
from care.instants import local_day, wall_clock
from scheduler.booking import parse_change, parse_enrolment
from scheduler.changing import change_visit
from scheduler.demo import Demo
from scheduler.enrolling import enrol
from scheduler.proposing import Writing, propose
from scheduler.saved_replies import Draft, save_reply
from scheduler.works import Works
from store.accounts import NewStaff, create_staff

ACTOR = "demo"
CONSENT_WORDS = (
    "I agree to get texts about my visit and my care at this number. "
    "Message and data rates may apply. I can text STOP at any time."
)
#: Who works at the desk, and the words she would like to change: they wait for a clinician.
WRITER, WAITS = "jo", "one_week"
WAITING_WORDS = {
    "en": "{clinic}: One week since your visit! If your skin feels healed, you can go back to your regular "
    "skin care. Still red, sore or bumpy, or see new dark spots? Wait, and call {phone} first.",
    "es": "{clinic}: ¡Una semana desde su visita! Si siente la piel sana, puede volver a su cuidado de "
    "siempre. ¿Sigue roja, adolorida, con bultitos o manchas nuevas? Espere y llame antes al {phone}.",
    "pt": "{clinic}: Uma semana desde a sua visita! Se a pele parece curada, pode voltar aos seus cuidados "
    "de sempre. Ainda vermelha, dolorida, com bolinhas ou manchas novas? Espere e ligue antes: {phone}.",
}
#: How far back the oldest story begins.
BACK = timedelta(days=31)


#: At the end of a text: a picture came with it.
WITH_PICTURE = " [picture]"
_PICTURE = (("https://pictures.example/1", "image/jpeg"),)


@dataclass(frozen=True)
class Scene:
    """One patient's story. Days count from the demo's first day; times are the clinic's."""

    name: str
    mobile: str
    booked: tuple[int, str]
    visit: tuple[int, str]
    language: str = "en"
    facts: Mapping[str, str] = field(default_factory=dict)
    timezone: str | None = None
    marketing: bool = False
    done: str | None = None  #: when the visit ended, on its day
    texts: tuple[tuple[int, str, str], ...] = ()  #: what she texted: day, time, words

    @property
    def external_id(self) -> str:
        """The booking system's id for her visit."""
        return f"demo-{self.name.split()[0].lower()}"


SCENES = (
    Scene(
        "Grace Kim",
        "+17815550117",
        (-30, "12:10"),
        (-9, "13:00"),
        facts={"kit_given": "yes"},
        done="14:50",
        texts=((-1, "18:55", "It still peels a little here, is that ok?" + WITH_PICTURE),),
    ),
    Scene(
        "Olivia Brown",
        "+17815550112",
        (-21, "15:20"),
        (-1, "15:00"),
        facts={"kit_given": "yes", "plan": "corrective", "sessions_planned": "3"},
        marketing=True,
        done="16:30",
        texts=((-8, "11:05", "when do i stop retinol"), (-1, "20:15", "is it normal to be this red?")),
    ),
    Scene("Mary Walsh", "+17815550118", (-14, "10:00"), (0, "09:00"), texts=((-1, "16:30", "C"),)),
    Scene(
        "Rosa Díaz", "+17815550113", (-12, "09:40"), (0, "14:00"), language="es", facts={"kit_given": "no"}
    ),
    Scene("Dana Lee", "+17815550115", (-10, "13:00"), (3, "10:00"), texts=((-5, "18:42", "STOP"),)),
    Scene(
        "Ana Souza",
        "+17815550114",
        (-7, "11:30"),
        (4, "11:00"),
        language="pt",
        facts={"cold_sores": "yes", "antiviral_rx": "yes"},
    ),
    Scene("Beth Miller", "+17815550116", (-6, "16:00"), (6, "14:00")),
    Scene("Chloe Miller", "+17815550116", (-6, "16:05"), (8, "15:00")),
    Scene(
        "Priya Shah",
        "+17815550119",
        (-3, "17:10"),
        (12, "10:30"),
        timezone="America/Los_Angeles",
        texts=((-1, "19:40", "Can I pay with my HSA card?"),),
    ),
    Scene("Nora Quinn", "+17815550193", (-11, "14:00"), (9, "11:30")),
    Scene("Julia Park", "+17815550111", (0, "09:20"), (2, "13:00")),
)


#: Who wrote and is no patient of ours: day, time, mobile, words.
STRANGERS = ((-1, "17:25", "+17815550199", "Hi! Do you have anything open next week?"),)
#: What the desk keeps ready.
SAVED = (
    Draft("Calling you back", "Hi {name}, thanks for asking. Somebody will call you about this today.", "en"),
    Draft("How to find us", "We are at {address}. If you are late, call {phone}.", "en"),
    Draft("Cómo encontrarnos", "Estamos en {address}. Si llega tarde, llame al {phone}.", "es"),
)


def first_day(hours: Hours, today: datetime) -> datetime:
    """Ten in the morning of the first day, from today on, that the clinic is open."""
    for ahead in range(8):
        morning = wall_clock(local_day(today, hours.zone) + timedelta(days=ahead), time(10), hours.zone)
        if hours.is_open(morning):
            return morning
    return today


def play(works: Works, demo: Demo, begins: datetime, zone: ZoneInfo) -> None:
    """Live through every scene in order of time, up to the demo's first morning."""
    with (
        works.database.writing() as session
    ):  # the printed link signs in as this account; nobody knows its password
        create_staff(session, NewStaff(ACTOR, "Demo desk", token_urlsafe(24), "admin"), works.clock())
        create_staff(session, NewStaff(WRITER, "Jo Adams", token_urlsafe(24), "front_desk"), works.clock())
    for draft in SAVED:
        save_reply(works, None, draft, ACTOR)
    stage = Stage(works, demo, local_day(begins, zone), zone)
    for instant, act in sorted((*stage.acts(), *stage.strangers()), key=lambda pair: pair[0]):
        demo.advance(instant)
        act()
    demo.advance(begins)
    propose(works, Writing(WAITS, WAITING_WORDS, 0, "Some reply and then wait: better to call"), WRITER)


@dataclass(frozen=True)
class Stage:
    """Where the scenes are played: ``day_one`` is the demo's first day, in the clinic's zone."""

    works: Works
    demo: Demo
    day_one: date
    zone: ZoneInfo

    def acts(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """Everything that happened: when, and what to do then."""
        for scene in SCENES:
            yield self.at(*scene.booked), partial(self.enrol, scene)
            for day, clock, words in scene.texts:
                said, media = words.removesuffix(WITH_PICTURE), _PICTURE if WITH_PICTURE in words else ()
                yield self.at(day, clock), partial(self.demo.text_in, scene.mobile, said, media)
            if scene.done:
                ended = self.at(scene.visit[0], scene.done)
                done = parse_change({"status": "fulfilled", "ended_at": ended})
                yield ended, partial(change_visit, self.works, scene.external_id, done, ACTOR)

    def strangers(self) -> Iterator[tuple[datetime, Callable[[], object]]]:
        """What people wrote whom nobody knows."""
        for day, clock, mobile, words in STRANGERS:
            yield self.at(day, clock), partial(self.demo.text_in, mobile, words)

    def enrol(self, scene: Scene) -> None:
        """Book her, as the front desk would."""
        consent = {"care": True, "marketing": scene.marketing or None, "method": "signed form at the desk"}
        patient = {"name": scene.name, "mobile": scene.mobile, "language": scene.language}
        body = {
            "patient": patient | {"timezone": scene.timezone},
            "appointment": {"external_id": scene.external_id, "starts_at": self.at(*scene.visit)},
            "protocol": "microneedling",
            "facts": dict(scene.facts),
            "consent": consent | {"words": CONSENT_WORDS},
        }
        enrol(self.works, parse_enrolment(body), ACTOR)

    def at(self, day: int, clock: str) -> datetime:
        """The instant of a clock time on a day of the story."""
        return wall_clock(self.day_one + timedelta(days=day), time.fromisoformat(clock), self.zone)
