"""The same numbers in every form a reader may want: a terminal, a self-contained page, JSON."""
