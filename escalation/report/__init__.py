"""The incident report: drafted, completed, approved, issued (Rules REP-1 to REP-5)."""
