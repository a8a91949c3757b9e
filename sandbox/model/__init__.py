"""Who and what is in a workspace: plain data, and the rules each keeps by itself."""
