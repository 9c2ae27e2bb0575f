"""What we remember. The only room that knows SQL. Callers are handed a session."""
