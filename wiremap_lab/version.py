"""The version of this package; every run that is kept says which one read it."""

__version__ = "0.1.0"
