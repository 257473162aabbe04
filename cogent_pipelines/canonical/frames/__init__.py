"""One pandera model per table that people look at; what a column means is said here, once."""
