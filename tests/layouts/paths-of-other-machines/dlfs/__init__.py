from .common import functions
