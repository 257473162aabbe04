"""Stand-in vendors: each speaks its vendor's wire protocol and keeps its own books.

Written from the vendors' published facts alone. Nothing in here may import the rest of this project:
a simulator that shared our code would share our misreadings.
"""
