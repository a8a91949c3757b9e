"""Methods about people: users.*, usergroups.*, dnd.*."""
