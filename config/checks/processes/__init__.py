"""What can be wrong with the chapters of the processes beside incidents and their escalation."""
