import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.segments import Encoding, count, fold, not_gsm

SMILE = "\N{SMILING FACE WITH SMILING EYES}"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        pytest.param("", "GSM-7", 0, 0, id="nothing is no part"),
        pytest.param("a" * 160, "GSM-7", 160, 1, id="160 plain letters fill one part"),
        pytest.param("a" * 161, "GSM-7", 161, 2, id="161 need two"),
        pytest.param("a" * 306, "GSM-7", 306, 2, id="306 fill two of 153"),
        pytest.param("a" * 307, "GSM-7", 307, 3, id="307 need three"),
        pytest.param("€" * 80, "GSM-7", 160, 1, id="a euro sign counts twice"),
        pytest.param("€" * 81, "GSM-7", 162, 2, id="81 euro signs need two"),
        pytest.param("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3, id="an escape pair moves on whole"),
        pytest.param("ê" * 70, "UCS-2", 70, 1, id="70 circumflexes fill one part"),
        pytest.param("ê" * 71, "UCS-2", 71, 2, id="71 need two"),
        pytest.param(SMILE * 35, "UCS-2", 70, 1, id="an emoji counts twice"),
        pytest.param(SMILE * 36, "UCS-2", 72, 2, id="36 emoji need two"),
        pytest.param("a" * 66 + SMILE * 3, "UCS-2", 72, 2, id="letters and emoji together"),
        pytest.param("a" * 66 + SMILE + "a" * 66, "UCS-2", 134, 3, id="a surrogate pair moves on whole"),
        pytest.param("¿Qué? ñ ü à Ç", "GSM-7", 13, 1, id="the accents GSM-7 has"),
        pytest.param("ç", "UCS-2", 1, 1, id="a lower-case cedilla is not among them"),
        pytest.param("`", "UCS-2", 1, 1, id="nor is a backtick"),
    ],
)
def test_a_text_costs_what_the_carrier_bills(text, encoding, units, parts):
    size = count(text)
    assert (size.encoding, size.units, size.parts) == (encoding, units, parts)


@given(st.text(max_size=700))
def test_every_character_finds_room(text):
    size = count(text)
    room = 153 if size.encoding is Encoding.GSM7 else 67
    if size.parts > 1:
        assert size.units <= size.parts * room
        assert size.units > (size.parts - 1) * (room - 1)


def test_what_gsm_lacks_is_named_once_and_in_order():
    assert not_gsm("más “pele” à mañá") == ("á", "“", "”")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("mañana", "mañana", id="an n-tilde stays: año is not ano"),
        pytest.param("man\u0303ana", "mañana", id="also when it came as two characters"),
        pytest.param("sábado, días, avión", "sabado, dias, avion", id="accents GSM-7 lacks go"),
        pytest.param("¿qué? está à", "¿qué? esta à", id="accents GSM-7 has stay"),
        pytest.param(
            "não às 2, vermelhidão, você, terça", "nao às 2, vermelhidao, voce, terca", id="Portuguese"
        ),
        pytest.param("“quoted” …", "“quoted” …", id="what has no plain letter is left for the check"),
    ],
)
def test_folding_drops_only_the_missing_accents(text, folded):
    assert fold(text) == folded


@given(st.text(alphabet="aáàâãäeéèêiíìoóòôõöuúùüçñÁÉÍÓÚÑÇ ¿¡", max_size=80))
def test_folding_keeps_every_n_tilde_and_fits_gsm(text):
    assert not not_gsm(fold(text))
    assert fold(text).count("ñ") == text.count("ñ")
