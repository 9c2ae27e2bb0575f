"""YES, NO, NONE, C and R: short answers that mean what we last asked."""

import re

from care.reading import Intent
from messages.reading.normalise import Words

CONFIRMATION = "confirmation"
PREP_DECLARATION = "prep_declaration"

_YES = frozenset(
    "yes y yep yeah yup ya yes please ok okay okey k sure correct definitely absolutely si sim claro confirmo confirmado "
    "confirmada dale isso perfecto perfeito combinado 1".split()
) | {
    "yes please",
    "ok yes",
    "yes i do",
    "yes i did",
    "yes confirm",
    "si claro",
    "sim claro",
    "yes i have",
    "yes thanks",
}
_NO = frozenset(
    {"no", "n", "nope", "nah", "nao", "2", "no i cant", "no puedo", "nao posso", "not anymore", "ya no"}
)
_NONE = re.compile(
    r"(?:(?:no|none|nope|nothing|non|nah|nada|ninguno|ninguna|nenhum|nenhuma|nao|zero|nunca|negative|all clear|nil)"
    r"(?: |$))+(?:of (?:those|these|them|the above|it)|at all|thanks|thank you|gracias|obrigada|obrigado|for me|here|i havent|i "
    r"didnt|i have not|to all|to everything|de eso|de todo|disso|used|usei|use|he usado|usado|de nada|i haven t|havent|any)?"
    r"(?: ?(?:of (?:those|these|them)|at all|thanks|nada|any|nothing|none))*"
)
_THUMBS = re.compile(r"^[\s👍👌✅☑✔️🏻🏼🏽🏾🏿]+$")


def find(words: Words, bare: str, expecting: str | None) -> Intent | None:
    """What a short answer means; None when the text is no short answer.

    A bare C always confirms and a bare R always asks for another time; the others need a question of ours.
    """
    if bare in {"c", "r"}:
        return Intent.CONFIRM if bare == "c" else Intent.RESCHEDULE
    if expecting == PREP_DECLARATION:
        if _NONE.fullmatch(words.bare):
            return Intent.DECLARED_NONE
        return Intent.DECLARED_SOME if bare in _YES else None
    if expecting == CONFIRMATION:
        if bare in _YES or (words.empty and _THUMBS.match(words.raw)):
            return Intent.CONFIRM
        return Intent.CANCEL if bare in _NO else None
    return None
