"""The practices, one a file: the folder is their list (`escalation.base.declared`)."""
