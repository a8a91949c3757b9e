"""The migrations, oldest first, under `versions`."""
