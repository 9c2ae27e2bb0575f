"""simulate: the calendar of one patient, to the minute, without a database or a clock."""

import json
import re

import pytest

from handlers.commands.simulate import simulate

EXAMPLE = ("microneedling", "--visit", "2026-12-11T14:00", "--booked", "2026-12-08T11:00")


def moments(said: str) -> list[str]:
    """``Tue 2026-12-08 11:00 M0`` of each line of the calendar."""
    found = re.findall(r"^(\w{3} \d{4}-\d\d-\d\d \d\d:\d\d)(?: \(.*?\))?  (\w+)", said, re.MULTILINE)
    return [f"{when} {code}" for when, code in found]


def test_it_prints_the_worked_example_to_the_minute(terminal):
    said = terminal.run(simulate, *EXAMPLE)
    assert moments(said) == [
        "Tue 2026-12-08 11:00 M0",
        "Tue 2026-12-08 11:10 M1",
        "Tue 2026-12-08 13:00 MC1",
        "Tue 2026-12-08 16:00 MC2",
        "Thu 2026-12-10 16:00 M6",
        "Fri 2026-12-11 08:00 M7",
        "Fri 2026-12-11 17:00 M8u",
        "Sat 2026-12-12 09:00 M9u",
        "Mon 2026-12-14 11:00 M10",
        "Fri 2026-12-18 10:00 M11",
    ]


def test_it_needs_no_database(terminal):
    terminal.run(simulate, *EXAMPLE)
    assert "database" not in vars(terminal.needs)


def test_each_text_stands_below_its_line_filled_in(terminal):
    said = terminal.run(simulate, *EXAMPLE)
    assert "    Sample Skin Clinic: See you tomorrow at 2:00 PM." in said
    assert "at least 4:00 PM today (24 hours)" in said
    assert "{" not in said


def test_a_text_that_waits_for_approval_is_marked_and_no_other(terminal):
    said = terminal.run(simulate, *EXAMPLE)
    marked = [line for line in said.splitlines() if "[off until the clinic approves" in line]
    assert [line.split()[3] for line in marked] == ["M10"]


def test_it_says_why_not_the_others_and_which_calls_are_due(terminal):
    said = terminal.run(simulate, *EXAMPLE, "--fact", "cold_sores=yes")
    assert "M5   skin_check: Booked too late for it: the text “day before” carries it" in said
    assert "cold_sore_call_now (at once): " in said


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        pytest.param(("--fact", "kit_given=no"), "Fri 2026-12-11 17:00 M8n", id="a fact"),
        pytest.param(("--fact", "returning=yes"), "Tue 2026-12-08 11:10 M1r", id="what records would say"),
        pytest.param(("--ended", "2026-12-11T15:30"), "Fri 2026-12-11 16:30 M8u", id="the real end"),
        pytest.param(
            ("--timezone", "America/Los_Angeles"), "Fri 2026-12-11 11:00 M7", id="eight on her clock"
        ),
        pytest.param(
            ("--fact", "plan=corrective", "--fact", "sessions_planned=3"),
            "Fri 2027-01-01 11:00 M12",
            id="the next of a series",
        ),
    ],
)
def test_options_change_the_calendar(terminal, options, wanted):
    assert wanted in moments(terminal.run(simulate, *EXAMPLE, *options))


def test_her_own_clock_is_shown_beside_the_clinics(terminal):
    said = terminal.run(simulate, *EXAMPLE, "--timezone", "America/Los_Angeles")
    assert "Fri 2026-12-11 11:00 (Fri 08:00 her time)  M7" in said
    assert "2:00 PM EST" in said


def test_in_her_language(terminal):
    assert "Le esperamos mañana a las 2:00 PM." in terminal.run(simulate, *EXAMPLE, "--language", "es")


def test_times_with_a_zone_are_taken_at_their_word(terminal):
    said = terminal.run(
        simulate, "microneedling", "--visit", "2026-12-11T19:00Z", "--booked", "2026-12-08T16:00Z"
    )
    assert moments(said)[0] == "Tue 2026-12-08 11:00 M0"


def test_without_a_booking_time_it_is_two_weeks_before_on_the_same_clock(terminal):
    said = terminal.run(simulate, "microneedling", "--visit", "2026-11-05T14:00")
    assert moments(said)[:3] == [
        "Thu 2026-10-22 14:00 M0",
        "Thu 2026-10-22 14:10 M1",
        "Wed 2026-10-28 10:00 M2",
    ]


def test_as_json_it_says_the_same(terminal):
    document = json.loads(terminal.run(simulate, *EXAMPLE, "--json"))
    first, off = document["messages"][0], [m["code"] for m in document["messages"] if m["off"]]
    assert (first["at"], first["code"]) == ("2026-12-08T11:00:00-05:00", "M0")
    assert off == ["M10"]
    assert document["ended"] == "2026-12-11T16:00:00-05:00"
    assert {"step", "code", "reason"} == set(document["skipped"][0])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        pytest.param(("botox", "--visit", "2026-12-11T14:00"), "PROTOCOL 'botox'", id="protocol"),
        pytest.param(("microneedling", "--visit", "soon"), "--visit is not a time", id="no time"),
        pytest.param(
            ("microneedling", "--visit", "9999-12-31T14:00"), "--visit is in the year", id="no year"
        ),
        pytest.param(
            (*EXAMPLE, "--fact", "kit_given=yes", "--fact", "kit_given=no"), "given twice", id="two answers"
        ),
        pytest.param((*EXAMPLE, "--booked", "2026-12-12T11:00"), "--booked is not before", id="booked after"),
        pytest.param((*EXAMPLE, "--ended", "2026-12-11T13:00"), "--ended is not after", id="ended before"),
        pytest.param((*EXAMPLE, "--fact", "shoes=7"), "--fact shoes", id="no such fact"),
        pytest.param((*EXAMPLE, "--fact", "kit_given=perhaps"), "--fact kit_given", id="no such value"),
        pytest.param((*EXAMPLE, "--fact", "kit_given"), "--fact 'kit_given'", id="no pair"),
        pytest.param((*EXAMPLE, "--language", "fr"), "--language 'fr'", id="language"),
        pytest.param((*EXAMPLE, "--timezone", "Mars"), "--timezone 'Mars'", id="zone"),
        pytest.param((*EXAMPLE, "--location", "moon"), "--location", id="location"),
        pytest.param(
            ("microneedling", "--visit", "2027-03-14T02:30"), "clocks go forward", id="a time that is not"
        ),
    ],
)
def test_bad_input_names_the_option_in_one_line(terminal, options, said):
    lines = terminal.run(simulate, *options, code=2).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("Error: ")
    assert said in lines[0]
