"""What every simulator needs and no vendor owns: clocks, faults, the web server around an ASGI app."""
