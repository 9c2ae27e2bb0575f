"""The heart: what a patient should get, when, and what her answer means.

Purity rule: standard library only. No clock, no input or output, no logging,
no settings, no database. Time is an argument, always aware of its zone.
"""
