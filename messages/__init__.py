"""Words, in both directions: reading a text, choosing and filling a wording, counting its segments.

Purity rule: no clock, no database, no network. Time is an argument. The wordings
themselves are data owned by clinicians, in ``messages/protocols/`` and ``messages/replies.yaml``.
"""
