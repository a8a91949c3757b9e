"""The rules run ahead: what would happen if nobody acted (design, decision 8)."""
