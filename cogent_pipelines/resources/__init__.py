"""Dagster resources: settings in, plain object out. The environment is read here, and nowhere below."""
