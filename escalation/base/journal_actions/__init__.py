"""The actions of the journal: what a line says has happened, in the past; a file a practice.

The text of each is part of what a line is sealed with: it never changes, and none is taken away.
"""
