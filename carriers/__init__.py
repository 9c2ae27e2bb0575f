"""How a text travels. A carrier takes a text or refuses it; it decides nothing."""
