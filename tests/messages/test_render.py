from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.dates import say_day, say_due, say_hours, say_time
from messages.render import RenderError, placeholders, render

BOSTON = ZoneInfo("America/New_York")


def test_every_placeholder_is_filled():
    assert render("{clinic}: See you {day}.", {"clinic": "Harbor", "day": "Tue Mar 10"}) == (
        "Harbor: See you Tue Mar 10."
    )


@pytest.mark.parametrize(
    ("template", "values", "named"),
    [
        pytest.param("{clinic}: {day}", {"clinic": "Harbor"}, "day", id="missing"),
        pytest.param("{clinic}", {"clinic": "  "}, "clinic", id="blank"),
        pytest.param("{}", {}, "", id="without a name"),
        pytest.param("{clinic", {"clinic": "Harbor"}, "{", id="never closed"),
        pytest.param("clinic}", {"clinic": "Harbor"}, "{", id="never opened"),
        pytest.param("{clinic name}", {"clinic": "Harbor"}, "{", id="with a space"),
        pytest.param("{clinic}", {"clinic": "{phone}", "phone": "1"}, "{", id="hidden in a value"),
    ],
)
def test_a_half_filled_text_is_refused_and_says_why(template, values, named):
    with pytest.raises(RenderError) as caught:
        render(template, values)
    assert caught.value.placeholder == named


@given(st.text(), st.text(min_size=1))
def test_no_brace_ever_leaves(template, value):
    try:
        text = render(template, dict.fromkeys(placeholders(template), value))
    except RenderError:
        return
    assert "{" not in text
    assert "}" not in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Tue Mar 10"), ("es", "martes 10 mar"), ("pt", "terça 10 mar"), ("fr", "Tue Mar 10")],
)
def test_a_day_is_said_short_and_cannot_be_misread(language, said):
    assert say_day(datetime(2026, 3, 10, 18, tzinfo=UTC), BOSTON, language) == said


def test_the_day_is_the_clinics_own_not_greenwichs():
    late = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)
    assert say_day(late, BOSTON, "en") == "Tue Mar 10"
    assert say_time(late, BOSTON) == "9:30 PM"


@pytest.mark.parametrize(
    ("hour", "said"),
    [(5, "12:00 AM"), (13, "8:00 AM"), (17, "12:00 PM"), (18, "1:00 PM"), (19, "2:00 PM")],
)
def test_a_time_is_said_as_on_every_sign_in_town(hour, said):
    assert say_time(datetime(2026, 1, 10, hour, tzinfo=UTC), BOSTON) == said


def test_a_patient_in_another_zone_is_told_whose_time_it_is():
    assert say_time(datetime(2026, 1, 10, 19, tzinfo=UTC), BOSTON, with_zone=True) == "2:00 PM EST"
    assert say_time(datetime(2026, 7, 10, 18, tzinfo=UTC), BOSTON, with_zone=True) == "2:00 PM EDT"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Jan 8 - Jan 22"), ("es", "del 8 ene al 22 ene"), ("pt", "de 8 jan a 22 jan")],
)
def test_the_next_of_a_series_falls_four_to_six_weeks_on(language, said):
    assert say_due(date(2026, 12, 11), language) == said


NINE_TO_FIVE = (time(9), time(17))


@pytest.mark.parametrize(
    ("hours", "language", "said"),
    [
        pytest.param(
            dict.fromkeys(range(5), NINE_TO_FIVE), "en", "Mon-Fri 9 AM-5 PM", id="like days together"
        ),
        pytest.param(
            {**dict.fromkeys(range(5), NINE_TO_FIVE), 5: (time(10), time(14, 30))},
            "en",
            "Mon-Fri 9 AM-5 PM, Sat 10 AM-2:30 PM",
            id="another day beside them",
        ),
        pytest.param(
            {0: NINE_TO_FIVE, 2: NINE_TO_FIVE}, "en", "Mon 9 AM-5 PM, Wed 9 AM-5 PM", id="a gap parts them"
        ),
        pytest.param(
            dict.fromkeys((1, 2, 5), NINE_TO_FIVE), "es", "mar-mié 9 AM-5 PM, sáb 9 AM-5 PM", id="Spanish"
        ),
        pytest.param(dict.fromkeys(range(5), NINE_TO_FIVE), "pt", "seg-sex 9 AM-5 PM", id="Portuguese"),
        pytest.param({}, "en", "", id="never open says nothing"),
    ],
)
def test_opening_hours_are_said_in_one_breath(hours, language, said):
    assert say_hours(hours, language) == said
