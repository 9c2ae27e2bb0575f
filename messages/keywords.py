"""In which language a bare control word was said: "ALTO" is Spanish, whoever sent it.

One word is too little for :mod:`messages.reading.languages` to tell by; a stranger has no language of
their own to fall back on.
"""

from dataclasses import replace

from care.reading import Reading

_SPOKEN = {
    "es": frozenset({"alto", "baja", "darme de baja", "basta", "ya basta", "salir", "fin", "para", "para ya"})
    | frozenset({"ya para", "parar", "pare", "paren", "cancelar", "cancela", "ayuda", "informacion"})
    | frozenset({"opciones", "iniciar", "empezar", "comenzar", "reanudar"}),
    "pt": frozenset({"sair", "chega", "parem", "ajuda", "informacao", "opcoes", "comecar", "retomar"}),
}


def in_its_language(reading: Reading) -> Reading:
    """The reading, in the language of its bare control word where that tells."""
    for language, words in _SPOKEN.items():
        if reading.keyword in words:
            return replace(reading, language=language)
    return reading
