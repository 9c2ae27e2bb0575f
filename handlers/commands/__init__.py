"""The commands of ``bot.py``: each module one command, importing what it needs only when it runs."""
