"""Where alerts go, as a Dagster resource: channel URLs from one environment variable, separated by white space."""

import dagster as dg
from pydantic import Field

from cogent_pipelines.adapters.alerting.apprise_channel import AppriseChannel
from cogent_pipelines.ports.alerts import AlertChannel
from cogent_pipelines.resources.environment import environment


class AlertsResource(dg.ConfigurableResource[AlertChannel | None]):
    """Any channel that the apprise library knows; unset, alerts stay due and are shown in the UI only."""

    urls_env: str = Field(default="COGENT_ALERT_URLS", description="The variable that holds the channels' URLs.")

    def create_resource(self, context: dg.InitResourceContext) -> AlertChannel | None:
        del context
        urls = environment().get(self.urls_env, "").split()
        return AppriseChannel(urls) if urls else None
