"""What only serves one machine: the embedded PostgreSQL, the supervisor of processes, the demo's trading day.

Nothing that a run needs past one machine belongs here; flows, adapters and Dagster definitions know nothing of it.
"""
