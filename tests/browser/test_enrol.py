"""Enrol as the front desk does: one patient on the form, many from a file; at the desk and on a phone."""

from datetime import datetime, timedelta

import pytest

pytestmark = pytest.mark.browser

HEADER = "name,mobile,visit_local,external_id,language,cold_sores,consent_care,consent_method"


@pytest.fixture(params=["page", "pocket"], ids=["desk", "phone"])
def screen(request):
    """The same job on both screens."""
    return request.getfixturevalue(request.param)


def _day(screen, ahead: int, clock: str = "14:00") -> str:
    """A moment so many days after the demo's today, as a date-and-time box holds it."""
    first = datetime.fromisoformat(screen.locator("#box-starts_at").get_attribute("min"))
    return f"{(first + timedelta(days=ahead)):%Y-%m-%d}T{clock}"


def _fill(screen, demo, name: str, mobile: str, ahead: int) -> None:
    screen.goto(f"{demo.base}/enrol")
    screen.get_by_label("Name", exact=True).fill(name)
    screen.locator("#box-mobile").fill(mobile)
    screen.locator("#box-starts_at").fill(_day(screen, ahead))
    screen.locator("#preview .bubble").first.wait_for()


def _agree(screen) -> None:
    screen.locator("#box-care").check()
    screen.get_by_label("On the phone").check()


def test_what_the_preview_shows_is_what_her_page_then_shows(screen, demo):
    _fill(screen, demo, "Zoë “Z” O’Hara 🌸", "(781) 555 0170", 3)
    screen.get_by_text("Booked late: the course is adapted").wait_for()
    screen.get_by_text("is new to us").wait_for()
    _agree(screen)
    screen.get_by_text("None of this leaves").wait_for(state="detached")
    shown = screen.locator("#preview .bubble").all_inner_texts()
    screen.get_by_role("button", name="Enrol", exact=True).click()
    screen.wait_for_url("**/patients/*")
    assert screen.locator(".timeline .bubble").all_inner_texts() == shown


def test_a_number_that_we_know_enrols_her_again_with_what_we_know(screen, demo):
    screen.goto(f"{demo.base}/enrol")
    screen.locator("#box-mobile").fill("781.555.0112")
    screen.get_by_text("has this number: a family phone?").wait_for()
    screen.locator("#box-starts_at").fill(_day(screen, 30))
    screen.get_by_role("link", name="Enrol Olivia again").click()
    screen.locator("#box-name[value='Olivia Brown']").wait_for()
    assert screen.locator("#box-starts_at").input_value().endswith("T14:00")
    assert screen.locator("input[name='fact.kit_given'][value=yes]").is_checked()
    assert not screen.locator("#box-care").is_checked(), "consent is asked for anew"
    screen.locator("#preview .bubble").first.wait_for()
    _agree(screen)
    screen.get_by_role("button", name="Enrol", exact=True).click()
    screen.wait_for_url("**/patients/*")
    screen.get_by_role("heading", name="Olivia Brown").wait_for()


def test_an_opt_out_and_a_foreign_number_are_said_while_typing(screen, demo):
    screen.goto(f"{demo.base}/enrol")
    screen.locator("#box-mobile").press_sequentially("781555")
    screen.get_by_text("6 digits of ten").wait_for()
    screen.locator("#box-mobile").press_sequentially("0115")
    screen.get_by_text("This number opted out.").wait_for()
    screen.locator("#box-mobile").fill("+44 7911 123456")
    screen.get_by_text("outside the US and Canada").wait_for()


def test_the_cursor_goes_to_the_first_problem_and_nothing_typed_is_lost(screen, demo):
    _fill(screen, demo, "Zoë", "781 55", 9)
    screen.get_by_role("button", name="Enrol", exact=True).click()
    screen.locator("#summary").wait_for()
    assert screen.evaluate("() => document.activeElement.id") == "box-mobile"
    assert screen.get_by_label("Name", exact=True).input_value() == "Zoë"
    screen.locator("#summary a").last.click()
    assert screen.evaluate("() => location.hash") == "#box-method"


def test_somebody_enrolled_already_is_known_before_anything_is_pressed(screen, demo):
    _fill(screen, demo, "Twice", "781-555-0171", 9)
    _agree(screen)
    screen.get_by_role("button", name="Enrol", exact=True).click()
    screen.wait_for_url("**/patients/*")
    _fill(screen, demo, "Twice", "781-555-0171", 9)
    screen.get_by_text("She is enrolled for this visit already").wait_for()


def _send(screen, demo, *rows: str) -> None:
    screen.goto(f"{demo.base}/enrol/file")
    screen.get_by_label("Or paste rows").fill("\n".join((HEADER, *rows)))
    screen.get_by_role("button", name="Check the rows").click()


def _rows(screen, demo, number: int) -> list[str]:
    screen.goto(f"{demo.base}/enrol")
    day = _day(screen, 9, "14:00").replace("T", " ")
    return [f"Patient {n} <i>🌸</i>,781-555-{300 + n:04d},{day},x{n},en,,yes,form" for n in range(number)]


def test_a_file_is_checked_enrolled_and_taken_back(screen, demo):
    rows = _rows(screen, demo, 6)
    _send(screen, demo, *rows, rows[0], rows[1].replace("781-555-0301", "12").replace("x1", "y"))
    screen.get_by_role("button", name="Enrol 6 patients").wait_for()
    screen.get_by_text("is not a number in use").wait_for()
    with screen.expect_download() as download:
        screen.get_by_role("link", name="Refused rows, with reasons").click()
    assert "mobile is not a number" in download.value.path().read_text(encoding="utf-8-sig")
    screen.get_by_role("button", name="Enrol 6 patients").click()
    screen.get_by_text("The first text leaves").wait_for()
    screen.get_by_role("link", name="6 Enrolled").click()
    screen.get_by_role("link", name="Patient 0 <i>🌸</i>").wait_for()
    assert len(demo.api("messages", mobile="7815550300", status="planned")["messages"]) > 3
    screen.get_by_role("button", name="Take the file back").click()
    screen.get_by_text("Its visits are cancelled").wait_for()
    assert demo.api("messages", mobile="7815550300", status="planned")["messages"] == []


def test_a_file_chosen_from_the_machine_goes_on_in_a_closed_tab(page, demo):
    raw = "\n".join((HEADER, *_rows(page, demo, 30))).encode("utf-8-sig")
    page.goto(f"{demo.base}/enrol/file")
    page.get_by_label("A CSV file").set_input_files(
        {"name": "bookings.csv", "mimeType": "text/csv", "buffer": raw}
    )
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_role("button", name="Enrol 30 patients").click()
    page.get_by_role("progressbar").or_(page.get_by_text("The first text leaves")).first.wait_for()
    address = page.url
    page.goto("about:blank")
    page.wait_for_timeout(1500)
    page.goto(address)
    page.get_by_text("The first text leaves").wait_for()
    page.get_by_role("link", name="30 Enrolled").wait_for()


def test_what_cannot_be_read_says_so_beside_the_box(screen, demo):
    screen.goto(f"{demo.base}/enrol/file")
    screen.get_by_label("Or paste rows").fill("shoes,size\nred,40")
    screen.get_by_role("button", name="Check the rows").click()
    screen.get_by_text("Unknown column 'shoes'").wait_for()
    assert "red,40" in screen.get_by_label("Or paste rows").input_value()
