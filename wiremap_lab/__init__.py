"""Discover, serve, simulate and score the wiremap that tells where a 911 call comes from."""

__version__ = "0.1.0"
