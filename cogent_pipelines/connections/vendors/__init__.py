"""One file per vendor: its block of a connection's YAML, and what the block makes of its adapter.

Here, and only here, a vendor's block meets that vendor's adapter. No file knows another vendor's.
"""
