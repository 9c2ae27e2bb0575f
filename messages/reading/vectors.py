"""What a text means, as 384 numbers: texts that mean alike lie near each other, whatever their words.

The sentence encoder all-MiniLM-L6-v2 (Apache 2.0; see ``meaning/``), eight bits a weight, run by ONNX Runtime
on this machine: nothing leaves it. English is what it was taught; other languages have the pieces of words.
"""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from messages.reading.wordpiece import numbers

SIZE = 384
#: Pieces of words that are read; the rest of a long text is left to the rules and to its words.
MOST = 64


#: Gives a text's vector, of :data:`SIZE` numbers and length 1.
Encoder = Callable[[str], NDArray[np.float32]]


@cache
def shipped() -> Encoder:
    """The model that lies beside this module, loaded once for a process; safe to share between threads."""
    folder = files(__package__) / "meaning"
    words = (folder / "vocabulary.txt").read_text("utf-8").splitlines()
    vocabulary = {word: number for number, word in enumerate(words)}
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a text is too short to share out
    model = (folder / "model.onnx").read_bytes()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def vector(text: str) -> NDArray[np.float32]:
        ids = np.array([numbers(text, vocabulary, MOST)], dtype=np.int64)
        [found] = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
        return np.asarray(found[0], dtype=np.float32)

    return vector
