"""A carrier that misbehaves, a machine that was away, callers, repeats and forgeries."""

import requests

from tests.cast import ANNA, CLINIC_NUMBER
from tests.journeys.story import PUBLIC_URL
from tests.standin import faults
from tests.standin.webhooks import call


def test_the_same_webhook_twice_is_one_text_and_one_reply(story):
    story.books("2026-12-18 14:00")
    for _ in range(2):
        assert story.texts("does it hurt?", MessageSid="SM" + "1" * 32).status_code == 200
    assert story.codes().count("F14") == 1


def test_a_count_of_pictures_that_is_no_number_loses_no_text(story):
    assert story.texts("my throat is closing", NumMedia="some").status_code == 200
    assert [text.body for text in story.house.inbox()] == ["my throat is closing"]


def test_a_forged_or_unsigned_webhook_is_refused_and_leaves_no_trace(story):
    told = {"MessageSid": "SMx", "From": ANNA, "To": CLINIC_NUMBER, "Body": "STOP"}
    forged = call("not-the-token", f"{PUBLIC_URL}/sms/inbound", told, story.twilio.routes)
    unsigned = requests.post(f"{story.address}/sms/inbound", data=told, timeout=10)
    assert (forged.status_code, unsigned.status_code) == (403, 403)
    assert story.house.inbox() == []


def test_receipts_in_any_order_and_twice_leave_the_message_delivered(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 11:01")
    text = story.twilio.texts_for(ANNA)[0]
    for status in ("delivered", "sent", "queued", "delivered"):
        assert story.twilio.send_receipt(text, status).status_code == 204
    assert story.reasons()["welcome"][0] == "delivered"


def test_a_text_the_carrier_took_and_never_answered_is_found_in_its_list_and_not_sent_again(story):
    story.twilio.next(faults.RESET_AFTER_TAKING)
    story.books("2026-12-18 14:00")
    story.house.tick(seconds=1)
    assert story.reasons()["welcome"][0] in ("unknown", "sent")
    for _ in range(4):
        story.house.tick(minutes=1)
    assert story.reasons()["welcome"][0] == "sent"
    assert story.codes().count("M0") == 1


def test_a_text_the_carrier_lost_is_sent_again_once_it_is_proven_absent(story):
    story.twilio.next(faults.broken(takes=False))
    story.books("2026-12-18 14:00")
    for _ in range(5):
        story.house.tick(minutes=1)
    assert story.codes().count("M0") == 1


def test_a_number_that_cannot_get_texts_is_a_ticket_and_is_not_tried_again(story):
    story.twilio.for_number(ANNA, faults.refusal(21614))
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 11:01")
    assert story.reasons()["welcome"][0] == "failed"
    assert "not_reached" in [ticket.kind for ticket in story.open_tickets()]


def test_an_opt_out_known_only_to_the_carrier_becomes_a_consent_event(story):
    story.twilio.next(faults.refusal(21610))
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-18 12:00")
    assert story.twilio.texts_for(ANNA) == []
    assert story.reasons()["day_before"][0] == "suppressed"
    assert "carrier says she opted out" in story.reasons()["day_before"][1]


def test_an_opt_out_reported_later_stops_what_is_planned(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 11:01")
    story.twilio.send_receipt(story.twilio.texts_for(ANNA)[0], "failed", 21610)
    story.time_passes_until("2026-12-18 12:00")
    assert story.codes() == ["M0"]


def test_a_busy_carrier_is_obeyed_and_the_text_still_leaves(story):
    story.twilio.next(faults.too_many(retry_after=30))
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-08 11:02")
    assert story.codes() == ["M0"]


def test_after_a_night_away_what_still_helps_leaves_in_words_that_are_true_now(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-09 12:00")
    story.nothing_works_until("2026-12-12 22:00")
    story.time_passes_until("2026-12-18 13:00")
    assert story.got()[2:] == [
        ("Sun 12-13 09:00", "MC1"),
        ("Sun 12-13 11:00", "M3"),
        ("Tue 12-15 10:00", "M5"),
        ("Thu 12-17 16:00", "M6"),
        ("Fri 12-18 08:00", "M7"),
    ]


def test_after_a_week_away_what_no_longer_helps_is_expired_with_its_reason_and_never_silent(story):
    story.books("2026-12-18 14:00")
    story.time_passes_until("2026-12-09 12:00")
    story.nothing_works_until("2026-12-19 10:00")
    story.time_passes_until("2026-12-20 12:00")
    assert story.codes() == ["M0", "M1"]
    states = {state for state, _ in story.reasons().values()}
    assert states <= {"sent", "expired", "cancelled"}
    assert all(reason for _, reason in story.reasons().values())


def test_a_missed_call_is_answered_by_one_text_a_day_and_never_after_an_opt_out(story):
    story.books("2026-12-18 14:00")
    story.calls_and_nobody_answers()
    story.calls_and_nobody_answers()
    back = [text.body for text in story.twilio.texts_for(ANNA) if "missed your call" in text.body]
    assert len(back) == 1
    story.texts("STOP")
    sent = len(story.twilio.texts_for(ANNA))
    story.time_passes_until("2026-12-09 12:00")
    story.calls_and_nobody_answers()
    story.calls_and_nobody_answers(caller="anonymous")
    assert len(story.twilio.texts_for(ANNA)) == sent


def test_a_call_rings_the_office_and_not_for_so_long_that_a_voicemail_picks_up(story):
    told = {"CallSid": "CA1", "From": ANNA, "To": CLINIC_NUMBER}
    answer = call(story.twilio.auth_token, f"{PUBLIC_URL}/voice/inbound", told, story.twilio.routes)
    assert 'timeout="18"' in answer.text
    assert 'answerOnBridge="true"' in answer.text
    assert "+17815550142</Dial>" in answer.text
