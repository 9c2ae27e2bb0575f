from dataclasses import replace
from datetime import date

import pytest

from messages.check import check
from messages.grade import grade
from messages.phrases import reserved_offers
from messages.problem import Severity
from messages.wording import Approval

HARD = "Notwithstanding individually administered dermatological interventions necessitating consideration"
LONGEST_NAME = "Harbor Street Skin Labs."  # 24 characters, as long as the copy was measured for


def graver(problems):
    return [str(problem) for problem in problems if problem.severity is not Severity.INFO]


def test_the_shipped_words_pass_even_with_a_long_clinic_name(catalog):
    assert len(LONGEST_NAME) == 24
    assert graver(check(catalog, LONGEST_NAME, date(2026, 11, 22))) == []


def test_what_waits_for_a_signature_is_listed_with_the_line_to_add(catalog):
    [found] = [problem for problem in check(catalog, "Harbor") if problem.key == "day_three"]
    assert found.severity is Severity.INFO
    assert f"version: {catalog.wordings['day_three'].own_version}" in found.fix


#: id: file, what it said, what it says now, how grave that is, what is told
FOUND = {
    "YES to confirm": ("texts.yaml", "Responda C para", "Responda YES para", "error", "YES"),
    "CANCEL, second": ("texts.yaml", "R to reschedule", "CANCEL to cancel", "error", "CANCEL"),
    "a Spanish STOP": ("texts.yaml", "Responda C para", "Responda FIN para", "error", "FIN"),
    "STOP for something else": ("texts.yaml", "STOP to opt out", "STOP for less", "error", "STOP"),
    "curly quotes": ("texts.yaml", "Quick skin check.", "“Quick” check.", "error", "halves"),
    "the treatment": ("texts.yaml", "Quick skin check.", "Micro-needling soon.", "error", "lock screen"),
    "the reason for a medicine": (
        "texts.yaml",
        "Today is the day to start the medicine",
        "Start your cold sore medicine",
        "error",
        "only patients who have it",
    ),
    "a text from nobody": ("texts.yaml", "{clinic}: Quick", "Quick", "error", "begin with the clinic"),
    "a text of three parts": (
        "texts.yaml",
        "Quick skin check.",
        "Quick skin check. " + "Look well. " * 12,
        "warning",
        "3 parts",
    ),
    "hard to read": (
        "texts.yaml",
        "Quick skin check. If you have",
        HARD + " if you have",
        "warning",
        "grade",
    ),
    "normal in a safety reply": (
        "replies.yaml",
        "This should be looked at today",
        "This is normal",
        "error",
        "normal",
    ),
    "don't worry, in Spanish": (
        "replies.yaml",
        "Esto se debe revisar hoy",
        "No se preocupe",
        "error",
        "preocupe",
    ),
    "a promise": ("answers.yaml", "Most people find it comfortable", "It is painless", "error", "painless"),
    "a promise, in Spanish": (
        "answers.yaml",
        "La mayoría lo siente cómodo",
        "Es indoloro",
        "error",
        "indoloro",
    ),
    "a reserved word in an answer": (
        "answers.yaml",
        "Reply with days that",
        "Reply END with",
        "error",
        "END",
    ),
    "a dose": ("answers.yaml", "Please keep taking it.", "Please take 2 tablets.", "error", "2 tablets"),
    "a dose, in Portuguese": ("answers.yaml", "Continue tomando. ", "Tome 500 mg. ", "error", "500 mg"),
    "how often to take it": (
        "answers.yaml",
        "Please keep taking it.",
        "Take it every 4 hours.",
        "error",
        "every 4 hours",
    ),
    "a diagnosis": (
        "answers.yaml",
        "Mild itch can come",
        "You have an allergy. It can come",
        "error",
        "an allergy",
    ),
    "a diagnosis, in Spanish": (
        "answers.yaml",
        "Puede haber algo de comezón",
        "Usted tiene una infección",
        "error",
        "una infección",
    ),
    "one phrasing, two topics": (
        "answers.yaml",
        "- same as dermaplaning?",
        "- how often",
        "error",
        "how_often",
    ),
    "one phrasing but for its accents": (
        "answers.yaml",
        "- qué zonas tratan",
        "- Cuánto cuesta?",
        "error",
        "so does areas",
    ),
    "a text nobody sends": (
        "protocol.yaml",
        "  text: skin_check",
        "  text: day_before",
        "warning",
        "sent by no step",
    ),
}


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND)
def test_each_way_a_text_can_go_wrong_is_found(copy, case):
    file, old, new, severity, told = case
    copy.change(file, old, new)
    found = graver(check(copy.load(), "Harbor"))
    assert any(line.startswith(severity) and told in line for line in found), found


def with_approval(catalog, name, approval):
    wordings = {**catalog.wordings, name: replace(catalog.wordings[name], approved=approval)}
    return replace(catalog, wordings=wordings)


def test_a_review_of_last_year_is_asked_for_again(catalog):
    signed = with_approval(catalog, "skin_check", Approval("Dr. A. Lee", date(2025, 1, 1)))
    assert any("last reviewed" in line for line in graver(check(signed, "Harbor", date(2026, 11, 22))))
    assert not graver(check(signed, "Harbor", date(2025, 6, 1)))


def test_words_changed_since_the_signature_are_told(catalog):
    signed = with_approval(catalog, "day_three", Approval("Dr. A. Lee", date(2026, 1, 1), "other"))
    assert any("has changed since Dr. A. Lee signed" in line for line in graver(check(signed, "Harbor")))


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        pytest.param("Reply STOP to opt out.", [], id="STOP for what it means"),
        pytest.param("Responda STOP para no recibir más.", [], id="in Spanish"),
        pytest.param("STOP para não receber mais.", [], id="in Portuguese"),
        pytest.param("Reply START to get texts again.", [], id="START for what it means"),
        pytest.param("Reply HELP for help, C to confirm.", [], id="HELP and C are safe"),
        pytest.param("We can cancel it. Text us by the end of the day.", [], id="the words in a sentence"),
        pytest.param("Reply with cancel to move it.", ["CANCEL"], id="small letters"),
        pytest.param("Reply C or QUIT.", ["QUIT"], id="as a second choice"),
    ],
)
def test_only_offers_of_reserved_words_count(text, offered):
    assert list(reserved_offers(text)) == offered


def test_the_grade_ranks_plain_below_hard():
    assert grade("We will call you. Come in soon.") < 3
    assert grade(HARD) > 12
    assert grade("911") == 0
