"""What the catalog refuses to load: a mistake in a file must not reach a patient."""

import pytest

from messages.catalog import CatalogError

#: id: file, what it said, what it says now, what the refusal tells
REFUSED = {
    "an unknown placeholder": ("texts.yaml", "for {day} at", "for {dya} at", "asks for {dya}"),
    "one of another kind": ("texts.yaml", "Office: {phone}", "Office: {ticket}", "{ticket}"),
    "a loose brace": ("texts.yaml", "Office: {phone}", "Office: {phone", "loose brace"),
    "a placeholder left out": ("texts.yaml", "el {day} a las {time}", "el {day}", "leaves out {time}"),
    "a timed text without Spanish": ("texts.yaml", "  es: >-", "  fr: >-", "es: is missing"),
    "a language we do not speak": ("texts.yaml", "  es: >-", "  fr: >-", "fr: is no key"),
    "a reply without English": ("replies.yaml", "  en: >-", "  de: >-", "en: is missing"),
    "an id twice": ("texts.yaml", "text: health_check\n", "text: welcome\n", "there twice"),
    "an id of another file": ("texts.yaml", "text: skin_check", "text: emergency", "replies.yaml"),
    "a key twice": ("texts.yaml", "  code: M1\n", "  code: M1\n  code: M1\n", "written twice"),
    "a source nobody knows": ("texts.yaml", "source: page", "source: blog", "source"),
    "a missing wording": ("texts.yaml", "text: skin_check", "text: skin", "sends 'skin_check'"),
    "an unknown fact": ("protocol.yaml", "antiviral_rx: yes", "antiviral: yes", "'antiviral'"),
    "a value it lacks": ("protocol.yaml", "antiviral_rx: yes", "antiviral_rx: y", "can never be"),
    "true for yes": ("protocol.yaml", "antiviral_rx: yes", "antiviral_rx: true", "string"),
    "a choice with a hole": ("protocol.yaml", "no: welcome, ", "", "has no text for"),
    "a choice without unknown": ("protocol.yaml", ", unknown: welcome", "", "unknown"),
    "a missing step": ("protocol.yaml", "covers: [seven", "covers: [eight", "'eight_day_list'"),
    "a missing call": ("protocol.yaml", "if_missed: call_patient", "if_missed: mail", "'mail'"),
    "a length misspelt": ("protocol.yaml", "catch_up: 2h", "catch_up: 2 hours", "90m or 2h"),
    "an hour there is not": ("protocol.yaml", '"10:00"', '"25:00"', "time of day"),
    "a line misspelt": ("protocol.yaml", "  at: {days: -3", "  att: {days: -3", "att"),
    "a step twice": ("protocol.yaml", "step: skin_check", "step: day_before", "2 times"),
    "a name beside its folder": ("protocol.yaml", "name: microneedling", "name: peel", "folder"),
    "no YAML at all": ("protocol.yaml", "steps:", "steps: [", "line"),
    "two answers to a topic": ("answers.yaml", "topic: science", "topic: areas", "answered twice"),
    "a stand-in that is off": (
        "replies.yaml",
        "until_approved: urgent",
        "until_approved: eye",
        "no reply that is on",
    ),
    "a reply off and nothing for it": (
        "replies.yaml",
        "  until_approved: urgent\n  in_emergency: emergency\n",
        "",
        "nothing stands in",
    ),
    "a reply the product needs": ("replies.yaml", "reply: crisis", "reply: crises", "the product says it"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_unsafe_is_refused_with_the_reason(copy, case):
    file, old, new, told = case
    copy.change(file, old, new)
    with pytest.raises(CatalogError) as caught:
        copy.load()
    assert told in str(caught.value)
    assert all(problem.fix and problem.file and problem.key for problem in caught.value.problems)


def test_all_mistakes_are_told_at_once(copy):
    copy.change("texts.yaml", "source: page", "source: blog")
    copy.change("protocol.yaml", "catch_up: 2h", "catch_up: soon")
    copy.change("protocol.yaml", "catch_up: 5h", "catch_up: later")
    copy.change("replies.yaml", "code: AE\n", "")
    with pytest.raises(CatalogError) as caught:
        copy.load()
    assert len(caught.value.problems) == 4
    assert {problem.file.rsplit("/")[-1] for problem in caught.value.problems} == {
        "texts.yaml",
        "protocol.yaml",
        "replies.yaml",
    }


def test_a_missing_file_is_named(copy):
    (copy.folder / "texts.yaml").unlink()
    with pytest.raises(CatalogError, match=r"texts\.yaml: whole file: is not there"):
        copy.load()
