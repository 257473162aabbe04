"""The SCAYLE adapter, against hand-made tenants."""
