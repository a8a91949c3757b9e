"""Methods about conversations: conversations.*, bookmarks.*, canvases.*."""
