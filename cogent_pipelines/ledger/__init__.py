"""Postgres: the memory of what was done. Facts, intents and evidence; never a cache that could be thrown away."""
