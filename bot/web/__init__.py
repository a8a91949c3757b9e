"""HTTP, in and out: Slack's requests, monitoring, connections that go out."""
