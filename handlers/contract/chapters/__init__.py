"""Meanings of the contract file's fields, a file for each chapter: the folder is their list."""
