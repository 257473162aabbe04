"""commercetools, through its HTTP API and, for full stock pushes, its Import API."""
