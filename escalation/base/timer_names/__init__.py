"""The names of timers: what a record can be woken for, a file a practice.

One class for each, with its keys as fields. Records and timer rows keep a name as text; the text
is made by `str` and read by `reading.read`, and stays as it is: rows of every version hold it.
"""
