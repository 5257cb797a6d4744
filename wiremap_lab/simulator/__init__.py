"""A campus that exists only as values: who is attached where, what each box would say of it, and the truth.

The simulator yields tables, measurements and the truth. It never resolves anything, so that what is
wrong in inference or resolution cannot hide behind itself.
"""
