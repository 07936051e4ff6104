"""Reads annual reports on open government information: segments, themes, counts, tables."""

__version__ = "0.1.0"
