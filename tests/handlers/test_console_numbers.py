"""Numbers: is it working?"""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from handlers.console import numbers_words as say
from handlers.console.numbers_file import safe, why_not
from handlers.console.periods import chosen
from handlers.console.plots import texts_over_time
from scheduler.figures import Figures
from scheduler.numbers import Period
from scheduler.tallying import tally
from store.counting import Figure, Tally
from store.tables import Location, Ticket

TODAY = date(2027, 3, 15)
LANDLINE = "+17815550192"
BEA = "+17815550122"


@pytest.fixture
def lived(house):
    """A few weeks: one patient came and wrote, one opted out, one has a landline."""
    house.book("2026-12-18 14:00")
    house.book("2026-12-19 10:00", external_id="bea", name="Bea Cole", mobile=BEA)
    house.book("2026-12-19 11:00", external_id="cy", name="Cy Lang", mobile=LANDLINE)
    house.until("2026-12-10 15:00")
    house.text_in("how much is it")
    house.until("2026-12-11 10:00")
    house.text_in("STOP", BEA)
    house.until("2026-12-18 15:30")
    house.change(status="fulfilled", ended_at="2026-12-18 15:20")
    house.change("cy", status="noshow")
    house.until("2026-12-20 12:00")
    return house


def test_the_first_screenful_answers_in_a_sentence_and_four_figures(desk, lived):
    page = desk.page("/numbers")
    assert "Is it working?" in page
    answer = page.split('aria-label="The answer"')[1].split("</section>")[0]
    assert len(re.findall('class="figure"', answer)) == 4
    for word in ("Texts arrived", "Opted out", "Visits missed", "Cost, estimated"):
        assert word in answer
    assert "50%" in answer  # one visit done, one missed
    assert "New York time" in page


def test_what_did_not_arrive_is_told_in_words_and_the_code_only_under_details(desk, lived):
    page = desk.page("/numbers")
    causes = page.split('aria-labelledby="causes"')[1].split("</section>")[0]
    surface = re.sub("<details>.*?</details>", "", causes, flags=re.S)
    assert "landline" in surface.lower()
    assert "30006" not in surface
    assert "30006" in causes


def test_an_opt_out_stands_beside_the_text_that_came_before_it(desk, lived):
    steps = desk.page("/numbers").split('aria-labelledby="steps"')[1].split("</section>")[0]
    assert "Seven day list" in steps or "Welcome" in steps


def test_a_question_that_has_an_answer_that_is_off_leads_to_its_words(desk, lived):
    lived.text_in("how much is it")
    topics = desk.page("/numbers").split('aria-labelledby="topics"')[1].split("</section>")[0]
    assert "Price" in topics
    assert "/protocols/wordings/" in topics


def test_an_empty_period_teaches_what_will_stand_there(desk, lived):
    page = desk.page("/numbers?period=own&from=2025-01-01&to=2025-01-31")
    assert "Nothing happened in these days" in page
    assert "Enrol a patient" in page
    assert "Texts arrived" not in page


def test_dates_that_cannot_be_are_told_and_the_usual_days_shown(desk, lived):
    page = desk.page("/numbers?period=own&from=2026-12-20&to=2026-12-01")
    assert "must not be after the last" in page
    assert 'role="alert"' in page
    assert desk.get("/numbers?period=own&from=never&to=").status_code == 200


def test_the_same_figures_come_from_tallies_and_from_a_live_count(desk, lived):
    before = desk.page("/numbers?period=30")
    for _ in range(10):
        tally(lived.works)
    after = desk.page("/numbers?period=30")
    assert _figures(before) == _figures(after)


def _figures(page: str) -> list[str]:
    return re.findall(r"<strong>(.*?)</strong>", page)


def test_hostile_names_and_parameters_are_shown_and_never_run(desk, lived):
    with lived.works.database.writing() as session:
        session.get_one(Location, "main").name = "<script>alert(1)</script>"
    page = desk.page("/numbers?at=%3Cscript%3E&period=%22%3E%3Cscript%3E")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_file_has_every_number_and_nothing_that_a_spreadsheet_would_run(desk, lived):
    with lived.works.database.writing() as session:
        session.get_one(Location, "main").name = "=HYPERLINK(1)"
    answer = desk.get("/numbers.csv?period=30")
    assert answer.mimetype == "text/csv"
    assert 'filename="numbers-main-2026-11-21-2026-12-20.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["location"] for row in rows} == {"'=HYPERLINK(1)"}
    assert {row["figure"] for row in rows} >= {"text", "opt_out", "came", "asked", "visit", "opened"}
    texts = [row for row in rows if row["figure"] == "text"]
    assert any(float(row["estimated dollars"] or 0) > 0 for row in texts)
    assert any(row["cause"] == "30006" and "landline" in row["in words"].lower() for row in texts)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_cell_that_looks_like_a_formula_is_a_text(cell):
    assert safe(cell) == f"'{cell}"
    assert safe("Main clinic") == "Main clinic"


def test_one_has_to_be_signed_in(door):
    assert door.get("/numbers").status_code == 302
    assert door.get("/numbers.csv").status_code == 302


def test_how_long_urgent_tickets_took_is_said(desk, lived):
    lived.text_in("my throat is closing")
    lived.clock.move_to(lived.clock() + timedelta(minutes=6))
    with lived.works.database.writing() as session:
        for ticket in session.query(Ticket).filter(Ticket.urgency >= 2):
            ticket.status, ticket.owner, ticket.resolved_at = "resolved", "ana", lived.clock()
    minutes = desk.page("/numbers").split('aria-labelledby="minutes"')[1].split("</section>")[0]
    assert "Emergency" in minutes
    assert "6 min" in minutes


@pytest.mark.parametrize(
    ("asked", "days", "before"),
    [
        pytest.param({}, ("2027-02-14", "2027-03-15"), ("2027-01-15", "2027-02-13"), id="the usual"),
        pytest.param(
            {"period": "7"}, ("2027-03-09", "2027-03-15"), ("2027-03-02", "2027-03-08"), id="a week"
        ),
        pytest.param(
            {"period": "month"}, ("2027-03-01", "2027-03-15"), ("2027-02-01", "2027-02-15"), id="this month"
        ),
        pytest.param(
            {"period": "last"}, ("2027-02-01", "2027-02-28"), ("2027-01-01", "2027-01-31"), id="last month"
        ),
        pytest.param(
            {"period": "own", "from": "2027-03-10", "to": "2027-03-12"},
            ("2027-03-10", "2027-03-12"),
            ("2027-03-07", "2027-03-09"),
            id="own dates",
        ),
        pytest.param(
            {"period": "own", "from": "2027-03-14", "to": "2027-12-31"},
            ("2027-03-14", "2027-03-15"),
            ("2027-03-12", "2027-03-13"),
            id="no further than today",
        ),
    ],
)
def test_a_period_and_what_it_is_compared_with(asked, days, before):
    found = chosen(asked, TODAY)
    assert (str(found.period.first), str(found.period.last)) == days
    assert (str(found.before.first), str(found.before.last)) == before
    assert found.problem == ""


def test_the_end_of_a_long_month_is_compared_with_all_of_a_short_one():
    found = chosen({"period": "month"}, date(2027, 3, 31))
    assert (str(found.before.first), str(found.before.last)) == ("2027-02-01", "2027-02-28")


def _text(outcome: str, number: int, **more) -> Tally:
    return Tally(Figure.TEXT, "day_before", outcome, number=number, **more)


@pytest.mark.parametrize(
    ("tallies", "look", "said"),
    [
        pytest.param([], say.CANNOT_TELL, "No text was due", id="nothing"),
        pytest.param([_text("delivered", 5)], say.CANNOT_TELL, "too few", id="few"),
        pytest.param(
            [_text("delivered", 99), _text("failed", 1)], say.WORKING, "99% of the texts", id="well"
        ),
        pytest.param([_text("delivered", 90), _text("failed", 10)], say.LOOK, "Only 90%", id="many lost"),
        pytest.param([_text("sent", 60), _text("delivered", 40)], say.LOOK, "told nothing", id="no receipts"),
        pytest.param(
            [_text("delivered", 100), Tally(Figure.OPT_OUT, "day_before", number=3)],
            say.LOOK,
            "3 people opted out",
            id="opt-outs",
        ),
        pytest.param(
            [_text("delivered", 100), Tally(Figure.ANSWERED, "urgent", minutes=(40, 50, 3))],
            say.LOOK,
            "took 40 min or more",
            id="slow",
        ),
        pytest.param(
            [
                _text("delivered", 100),
                Tally(Figure.VISIT, "", "noshow", number=2),
                Tally(Figure.VISIT, "", "fulfilled", number=8),
            ],
            say.LOOK,
            "20% of the visits",
            id="missed",
        ),
    ],
)
def test_the_answer_says_what_to_look_at(tallies, look, said):
    found = say.verdict(Figures(tallies))
    assert found.look is look
    assert said in found.sentence


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "100%"), (0.9999, "99%"), (0.0, "0%"), (0.0001, "1%"), (0.5, "50%")]
)
def test_a_share_is_never_rounded_to_all_or_none(share, said):
    assert say.percent(share) == said


def test_what_no_carrier_refused_is_told_too():
    assert "in time" in why_not("expired", "")
    assert "filled in" in why_not("failed", "")


@pytest.mark.parametrize(
    ("days", "span", "bars"), [(1, "day", 1), (45, "day", 45), (46, "week", 7), (366, "month", 12)]
)
def test_bars_stay_few_enough_to_tell_apart_and_hold_every_text(days, span, bars):
    period = Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1))
    two = Figures([_text("delivered", 2)]).outcomes
    per_day = {period.first + timedelta(days=number): two for number in range(days)}
    plot = texts_over_time(period, per_day)
    assert plot.span == span
    assert bars <= len(plot.bars) <= bars + 1
    assert sum(bar.delivered for bar in plot.bars) == 2 * days
    assert plot.total.delivered == 2 * days
    assert plot.baseline <= 100
