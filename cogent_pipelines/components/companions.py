"""Which run starts beside another: what is captured is soon to be injected, and two starts side by side end sooner."""

from cogent_pipelines.canonical.identity import connection_name
from cogent_pipelines.components.live_runs import LiveRuns
from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.flows.troubles import Troubles
from cogent_pipelines.ledger.due_work import ORDER_INJECTION


def injection_comes_along(settings: ConnectionSettings, live: LiveRuns, troubles: Troubles) -> bool:
    """Whether injection starts beside capture: it has no run, and neither would meet trouble and let it wait for nothing."""
    if live.any(settings.name, ORDER_INJECTION):
        return False
    return not troubles.met(connection_name(settings.name), [settings.storefront.vendor, settings.warehouse.vendor])
