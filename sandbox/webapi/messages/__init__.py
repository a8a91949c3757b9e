"""Methods about messages: chat.*, files.*, pins.*, reactions.*."""
