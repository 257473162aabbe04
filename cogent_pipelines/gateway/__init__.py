"""The web process: webhooks in, health and metrics out, and the desk where people see what waits for them."""
