"""Changes in the workspace, and which events the apps are sent for it."""
