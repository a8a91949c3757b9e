"""What can be measured, a part a file; `bench.__main__` lists them."""
