"""Alerts to people: any channel that has a URL."""
