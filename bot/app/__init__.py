"""The bot as a whole: built, started, run and stopped."""
