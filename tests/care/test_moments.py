"""A protocol's times as staff read them on the page."""

from datetime import time, timedelta

import pytest

from care.moments import say_answer, say_only_if, say_when, sort_key
from care.protocol import After, Anchor, MonthsAfter, OnDay
from tests.care.course_kit import catalog

AGAIN = MonthsAfter(Anchor.VISIT_END, "interval_months", 14, time(11), OnDay(Anchor.VISIT_END, 84, time(11)))


@pytest.mark.parametrize(
    ("when", "said"),
    [
        pytest.param(
            OnDay(Anchor.VISIT, -8, time(10)), "8 days before the visit, 10:00 AM", id="days before"
        ),
        pytest.param(OnDay(Anchor.VISIT, -1, time(16)), "1 day before the visit, 4:00 PM", id="a day before"),
        pytest.param(OnDay(Anchor.VISIT, 0, time(8)), "On the day of the visit, 8:00 AM", id="the day"),
        pytest.param(OnDay(Anchor.VISIT_END, 21, time(11)), "3 weeks after the visit, 11:00 AM", id="weeks"),
        pytest.param(After(Anchor.BOOKING, timedelta()), "Right after the booking", id="at once"),
        pytest.param(After(Anchor.BOOKING, timedelta(minutes=10)), "10 minutes after the booking", id="soon"),
        pytest.param(After(Anchor.MOVE, timedelta()), "Right after the visit was moved", id="moved"),
        pytest.param(After(Anchor.VISIT, timedelta()), "When the visit begins", id="at the visit"),
        pytest.param(
            After(Anchor.VISIT, timedelta(minutes=-90)), "90 minutes before the visit begins", id="minutes"
        ),
        pytest.param(
            After(Anchor.VISIT_END, timedelta(hours=1)), "1 hour after the visit ended", id="after it"
        ),
        pytest.param(
            AGAIN,
            "After as many months as “interval months” says, less 14 days, 11:00 AM "
            "(while nobody has said: 12 weeks after the visit, 11:00 AM)",
            id="as her plan says",
        ),
    ],
)
def test_a_time_is_said_as_staff_would_say_it(when, said):
    assert say_when(when) == said


def test_who_gets_it_is_said_by_the_answers():
    protocol = catalog().protocols["microneedling"]
    wanted = ({"cold_sores": "yes", "plan": "corrective"}, {"area": "face_neck_chest"})
    assert say_only_if(wanted, protocol) == (
        "“Does she ever get cold sores?” yes, “Is this upkeep of good skin, or a series to correct "
        "something?” corrective; or “Which area is treated?” face neck chest"
    )
    assert say_only_if((), protocol) == ""
    assert say_answer(protocol, "pregnant", ["no", "unknown"]).endswith("no or not known yet")


def test_steps_stand_in_the_order_in_which_she_gets_them():
    steps = sorted(catalog().protocols["microneedling"].steps, key=sort_key)
    names = [step.name for step in steps]
    assert names[:3] == ["welcome", "health_check", "visit_moved"]
    assert names[3:5] == ["seven_day_list", "five_day_list"]
    assert names.index("visit_day") < names.index("rest_of_day") < names.index("next_day")
    assert names[-1] == "upkeep"
