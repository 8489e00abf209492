"""Grade answers to *Deep Learning from Scratch*: scored, explained, and run where no answer key is."""

__version__ = "0.1.0"
