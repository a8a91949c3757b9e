"""One transaction of the use cases: records, contracts and the journal."""
