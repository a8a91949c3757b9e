"""Methods about the app itself: auth.*, apps.*, oauth.*, and the views.* it shows."""
