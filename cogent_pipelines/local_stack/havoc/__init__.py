"""Havoc: a whole stack under load, whose processes are killed at random, and which must lose and double nothing.

Only real processes and real signals belong here; faults inside one process are the tests' matter.
"""
