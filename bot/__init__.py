"""The running process: composition root, command line, timer worker, dispatcher, web server."""

__version__ = "0.1.0"
