"""When she took it last, as patients write it; always the latest day that the words allow."""

from datetime import date

import pytest

from care.isotretinoin import clear_from, worked_out
from messages.last_dose import last_dose

TODAY = date(2026, 12, 8)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        pytest.param("finished Accutane in March", date(2026, 3, 31), id="a month"),
        pytest.param("stopped accutane March 2025", date(2025, 3, 31), id="a month and its year"),
        pytest.param("last pill was december", date(2026, 12, 8), id="this month: until today"),
        pytest.param("i was on claravis until february of 2026", date(2026, 2, 28), id="until"),
        pytest.param("accutane since may", date(2026, 5, 31), id="may behind since"),
        pytest.param("may I come, I took accutane", None, id="may that is no month"),
        pytest.param("from january to june i took it", date(2026, 6, 30), id="the later of two"),
        pytest.param("ended it in Dec", date(2026, 12, 8), id="an abbreviation"),
        pytest.param("off accutane 8 months ago", date(2026, 4, 12), id="months ago"),
        pytest.param("stopped two weeks ago", date(2026, 11, 24), id="weeks ago, in words"),
        pytest.param("a couple of months ago", date(2026, 10, 9), id="a couple of months"),
        pytest.param("terminé roacután en marzo", date(2026, 3, 31), id="Spanish month"),
        pytest.param("dejé el roacutan hace tres meses", date(2026, 9, 9), id="hace"),
        pytest.param("parei o roacutan em março", date(2026, 3, 31), id="Portuguese month"),
        pytest.param("parei faz 2 meses", date(2026, 10, 9), id="faz"),
        pytest.param("last month", date(2026, 11, 30), id="last month"),
        pytest.param("last year", date(2025, 12, 31), id="last year"),
        pytest.param("took my last one yesterday", TODAY, id="yesterday: today at the latest"),
        pytest.param("i am on accutane", None, id="no date"),
    ],
)
def test_the_latest_day_that_her_words_allow(text, day):
    assert last_dose(text, TODAY) == day


@pytest.mark.parametrize(
    ("last", "clear"),
    [
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 12, 8), date(2027, 6, 8)),
    ],
)
def test_six_calendar_months(last, clear):
    assert clear_from(last) == clear


def test_the_ticket_says_on_which_side_the_visit_lies_and_clears_nobody():
    late = worked_out(date(2026, 8, 31), date(2026, 12, 11))
    assert "six months end on Feb 28, 2027; the visit on Dec 11, 2026 is before that" in late
    long_ago = worked_out(date(2026, 3, 31), date(2026, 12, 11))
    assert "not before that" in long_ago
    assert "clears nobody" in long_ago
    assert "Ask for the exact date" in worked_out(date(2026, 3, 31), None)
