"""The running process: composition root, command line, ticker, courier, web server."""

__version__ = "0.1.0"
