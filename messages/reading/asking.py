"""Whether a text asks something, by the shape of its sentence. What it asks is for ``topics.py``."""

import re

_GREETING = r"(?:(?:hi|hello|hey|so|ok|and|also|but|hola|ola|oi|,) )*"
_BEGINS = re.compile(
    rf"^ {_GREETING}(?:why|how|what|whats|when|where|who|which|can|could|does|do|is|are|am|will|would|should|"
    r"may|por que|como|cuando|donde|quien|puedo|se puede|debo|hay|tienen|hacen|quando|onde|quem|posso|pode|"
    r"tem|fazem) "
)
_ENDS = re.compile(
    r" (?:is|would) (?:that|it|this) (?:be )?(?:ok|okay|fine|alright|allowed|bad|safe|a problem) (?:\? )?$"
)
_ASKS = re.compile(
    r" (?:can|could|should|do|does|will|would|am|may|is|are|did) "
    r"(?:i|it|my|someone|there|that|this|they|the) |"
    r" (?:do|did|are|will) you |"
    r" (?:what|whats|how|when|where|which|why|who)(?: \w+){0,5} (?:i|my|it|you|your|we|happen) |"
    r" (?:puedo|puede|debo|tengo que|hay|tienen|hacen|posso|pode|da pra|preciso|tem|fazem|voces) "
)
_IF = re.compile(r" (?:if|in case|suppose|si|se|caso) ")
_QUESTION = re.compile(
    r" \? | (?:can|could|is|are|do|does|did|will|should|what|when|how|why|which|am|may|que|como|cuando|puedo|"
    r"se puede|es|quando|posso|pode|qual|tem) "
)
_OURS = re.compile(
    r" (?:treatment|microneedling|dermaroller|skin|face|needles?|procedure|acne|scars?|after|before|visit|"
    r"appointment|cara|piel|tratamiento|pele|rosto|tratamento|antes|despues|depois) "
)


def begins(marked: str) -> bool:
    """True for a text that begins as a question does."""
    return _BEGINS.search(marked) is not None


def supposes(marked: str) -> bool:
    """True for what she only imagines: "what if i am late", "do you charge to cancel"."""
    return begins(marked) or _IF.search(marked) is not None


def asks(marked: str) -> bool:
    """True for a question by its shape, about whatever."""
    opens = "?" in marked or begins(marked)
    return bool((opens and _ASKS.search(marked)) or _ENDS.search(marked))


def about_us(marked: str) -> bool:
    """True for a text that holds a word of asking and one of her treatment."""
    return bool(_QUESTION.search(marked) and _OURS.search(marked))
