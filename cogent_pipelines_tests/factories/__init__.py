"""Orders, and stand-ins for the two sides that keep the ports' promises; for tests of everything above the adapters."""
