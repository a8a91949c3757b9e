"""The memory: tables, unit of work, timers, outbox, journal, migrations."""
