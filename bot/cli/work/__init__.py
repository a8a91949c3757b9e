"""The work of the commands: imported when they are run."""
