"""HTTP, once, for every vendor."""
