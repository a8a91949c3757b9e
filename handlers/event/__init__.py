"""Events of monitoring, and what stands around an incident, as people see them."""
