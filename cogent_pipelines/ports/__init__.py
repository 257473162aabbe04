"""What the flows need from outside: a storefront, a warehouse, a clock, a place for alerts; and what can go wrong."""
