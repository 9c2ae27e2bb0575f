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
from scheduler.works import Works
from store.accounts import NewStaff, create_staff

ACTOR = "demo"
CONSENT_WORDS = (
    "I agree to get texts about my visit and my care at this number. "
    "Message and data rates may apply. I can text STOP at any time."
)
#: How far back the oldest story begins.
BACK = timedelta(days=31)


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
        "Grace Kim", "+17815550117", (-30, "12:10"), (-9, "13:00"), facts={"kit_given": "yes"}, done="14:50"
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
    Scene("Priya Shah", "+17815550119", (-3, "17:10"), (12, "10:30"), timezone="America/Los_Angeles"),
    Scene("Nora Quinn", "+17815550193", (-11, "14:00"), (9, "11:30")),
    Scene("Julia Park", "+17815550111", (0, "09:20"), (2, "13:00")),
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
    stage = Stage(works, demo, local_day(begins, zone), zone)
    for instant, act in sorted(stage.acts(), key=lambda pair: pair[0]):
        demo.advance(instant)
        act()
    demo.advance(begins)


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
                yield self.at(day, clock), partial(self.demo.text_in, scene.mobile, words)
            if scene.done:
                ended = self.at(scene.visit[0], scene.done)
                done = parse_change({"status": "fulfilled", "ended_at": ended})
                yield ended, partial(change_visit, self.works, scene.external_id, done, ACTOR)

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
