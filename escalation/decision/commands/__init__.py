"""Commands to Escalade: one frozen dataclass each, in the imperative, a file a practice.

`by` is a person's id in the contract (or ESCALADE), `source` says from where, and `key` makes the
command idempotent: a second one of the same key changes nothing and has the same outcome.
"""
