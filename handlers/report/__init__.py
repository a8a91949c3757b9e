"""Reports, as people see and handle them."""
