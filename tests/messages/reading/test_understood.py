"""The figures that understanding is judged by, on texts of our own making (tests/data/understood.jsonl)."""

from pathlib import Path

import pytest

from benchmarks.labelled import FIGURES, cases

LABELLED = Path(__file__).parents[2] / "data" / "understood.jsonl"


@pytest.fixture(scope="module")
def read(reader, catalog):
    return cases(LABELLED.read_text("utf-8").splitlines(), reader, catalog)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_each_figure_keeps_its_bar(read, figure):
    assert figure.met(read), [case.text for case in read if figure.of(case) and figure.wrong(case)]


def test_each_language_and_each_kind_of_text_is_in_the_table(read):
    assert {case.lang for case in read} == {"en", "es", "pt"}
    assert {label for case in read for label in case.labels} >= {
        *("urgent_emergency", "urgent_same_day", "opt_out", "complaint", "cancel_appointment", "reschedule"),
        *("running_late", "confirm", "symptom_routine", "faq", "faq_unanswerable", "opt_in", "help"),
        *("human_request", "wrong_number", "thanks_smalltalk", "other"),
    }
