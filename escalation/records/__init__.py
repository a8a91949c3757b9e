"""The record types: plain data, on the ground, so that practices never import each other."""
