"""What a connection's YAML says, and how a connection is put together from it.

Below Dagster, the command line and the gateway, which all need the same storefront and warehouse objects. Secrets are named
here, never read: the environment is handed in.
"""
