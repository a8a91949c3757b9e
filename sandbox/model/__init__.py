"""The people and things in a workspace: plain data, and the rules each keeps by itself."""
