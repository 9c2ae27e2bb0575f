"""Understanding one incoming text, layer by layer. :mod:`messages.read` puts the layers together.

Each layer is one file of code and one file of words that a clinician or a translator can edit:
normalise, spelling, languages, danger (``danger.yaml``, ``routine.yaml``), control words,
acts, topics. A layer never decides what to do; it only says what it found, and where.
"""
