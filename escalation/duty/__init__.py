"""Calendars, holidays, rotas, who is there, and whom to call now."""
