"""Whom an account's credentials may be sent to."""

from urllib.parse import urlsplit


def hosts_of(*urls: str) -> frozenset[str]:
    """The hosts of these addresses, the only ones that get the credentials. Never empty: that would stand for any host."""
    return frozenset(host for url in urls if (host := urlsplit(url).hostname)) or frozenset({""})
