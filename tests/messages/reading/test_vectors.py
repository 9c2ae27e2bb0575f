"""A text as numbers: cut as the model was taught, and near what means alike."""

import numpy as np
import pytest

from messages.reading import vectors
from messages.reading.wordpiece import numbers

VOCABULARY = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "need": 3, "##ling": 4, "cafe": 5, "’": 6, "s": 7, "?": 8}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("Needling?", [1, 3, 4, 8, 2], id="the longest piece first, capitals away"),
        pytest.param("Café’s", [1, 5, 6, 7, 2], id="accents away, a mark is a word"),
        pytest.param("needs", [1, 0, 2], id="a word whose rest no piece fits is unknown"),
        pytest.param("s\u200b\u202e 😍", [1, 7, 0, 2], id="what nobody sees is not there"),
        pytest.param("", [1, 2], id="nothing"),
        pytest.param("x" * 200, [1, 0, 2], id="no word is that long"),
        pytest.param("s s s s s s s s s", [1, 7, 7, 7, 7, 7, 7, 2], id="the rest is left out"),
    ],
)
def test_a_text_is_cut_into_the_pieces_of_the_vocabulary(text, found):
    assert numbers(text, VOCABULARY, most=8) == found


def test_texts_that_mean_alike_are_near_whatever_their_words():
    scared, pain, plumber = map(
        vectors.shipped(), ("will i cry", "how much does it hurt", "this is a plumbing company")
    )
    assert scared.shape == (vectors.SIZE,)
    assert np.linalg.norm(scared) == pytest.approx(1, abs=1e-5)
    assert scared @ pain > scared @ plumber + 0.1


def test_a_novel_is_read_as_far_as_the_model_reads():
    assert vectors.shipped()("needles " * 5000).shape == (vectors.SIZE,)
