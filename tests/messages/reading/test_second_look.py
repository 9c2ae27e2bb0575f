"""The second look raises what reads like danger though no rule knows the words; it lowers nothing."""

import json

import pytest

from benchmarks.learning import asked_examples, example, fingerprint, labelled_examples, learned
from care.reading import Phase, Urgency
from care.triage import assess
from messages.reading import second_look
from messages.reading.danger import rows
from messages.reading.patterns import text
from messages.reading.topics import read

TAUGHT = {"emergency": "my throat is closing up", "same_day": "pus on my cheek", "neither": "see you at ten"}


@pytest.fixture(scope="module")
def few():
    """A model of a few plain texts."""
    return learned(example(f"{said}{more}", kind) for kind, said in TAUGHT.items() for more in ("", " now"))


def test_the_shipped_weights_are_those_of_the_shipped_examples(catalog):
    data = json.loads(text("second_look.json"))
    found = fingerprint([*asked_examples(catalog), *labelled_examples()])
    assert data["learned_from"] == found, "run: python -m benchmarks.learning"


def test_the_same_examples_make_the_same_weights():
    some = labelled_examples()[:60]
    assert learned(some) == learned(list(some))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("throat closing now", "emergency", id="emergency"),
        pytest.param("pus on cheek", "same_day", id="same day"),
        pytest.param("see you at eleven", "neither", id="neither"),
        pytest.param("brillig slithy toves", "neither", id="words that nobody has seen"),
        pytest.param("throat", "neither", id="one word alone"),
        pytest.param("", "neither", id="nothing"),
    ],
)
def test_a_text_is_of_the_kind_it_reads_like(few, text, kind):
    assert few.kind(read(text).marked) == kind


def test_what_no_layer_knew_needs_less_likeness_than_what_seemed_harmless():
    assert second_look.UNREAD_FROM < second_look.READ_FROM


def test_it_is_no_row_of_the_table_and_says_so():
    shipped = second_look.shipped()
    flag = second_look.flag(read("my lungs gave up and i went grey").marked, shipped, unread=True)
    assert flag is not None
    assert flag.row not in {row.row for row in rows()}
    assert "no rule" in flag.about


@pytest.mark.parametrize("text", ["thanks so much", "STOP", "see you tomorrow at 3", "no me falta el aire"])
def test_what_is_plain_is_not_looked_at_twice(reader, text):
    assert not any(flag.row == "R0" for flag in reader.read(text).flags)
    assert assess(reader.read(text), Phase.UNKNOWN) < Urgency.URGENT
