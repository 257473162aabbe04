"""What an order, a despatch, a parcel *is*: frozen values. No I/O, no Dagster, no vendor."""
