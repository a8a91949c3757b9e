"""The running process: composition root, command line, ticker, courier, web server."""
