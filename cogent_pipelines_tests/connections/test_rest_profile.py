"""The block of a warehouse that a profile describes: the vendor's name chooses it, and every name must be the profile's."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from cogent_pipelines.adapters.warehouses.rest_profile import compiling
from cogent_pipelines.connections.assembly import MissingVariables, VendorServices, build_warehouse
from cogent_pipelines.connections.vendors.rest_profile import RestProfileBlock, rest_profile_settings
from cogent_pipelines_tests.components.deployment import connection
from cogent_pipelines_tests.factories.clocks import StillClock

MINTSOFT = {"vendor": "mintsoft", "secrets_env": {"username": "MS_USER", "password": "MS_PASSWORD"}}
ENVIRONMENT = {"MS_USER": "robot", "MS_PASSWORD": "open sesame"}


@pytest.mark.parametrize("chosen", [{"vendor": "mintsoft"}, {"vendor": "rest_profile", "profile": "mintsoft"}])
def test_a_shipped_profile_is_chosen_by_its_name(chosen):
    """Without a call to anybody."""
    settings = connection(warehouse={**MINTSOFT, **chosen})
    services = VendorServices.in_memory(StillClock())

    with build_warehouse(settings, services=services, environment=ENVIRONMENT) as warehouse:
        assert ("Mintsoft", True) == (warehouse.capabilities.name, warehouse.capabilities.cancels_sales_orders)
    assert settings.warehouse.event_source({}) is None


def test_what_the_yaml_says_reaches_the_adapter():
    block = RestProfileBlock.model_validate(
        {
            **MINTSOFT,
            "base_url_env": "MS_URL",
            "parameters": {"warehouse": "North"},
            "words": {"service": {"express": "DPD"}},
            "cancel_while": ["ACCEPTED"],
            "timezone": "UTC",
            "sites": ["3"],
            "calls_per_second": 5,
            "calls_per_second_env": "MS_PACE",
        }
    )

    said = [
        rest_profile_settings(block, {**ENVIRONMENT, "MS_URL": "https://x.example", **more})
        for more in ({}, {"MS_PACE": "90"})
    ]

    assert ("https://x.example", "mintsoft:x.example:robot", "North", "UTC", {"3"}) == (
        said[0].url,
        said[0].account,
        said[0].config["warehouse"],
        said[0].time_zone,
        said[0].sites,
    )
    assert [5.0, 90.0] == [each.rate_limit.refill_per_second for each in said]
    assert "DPD" == said[0].maps().look_up("service", "express")
    assert ["ACCEPTED"] == list(said[0].cancellable)
    assert "open sesame" not in repr(said[0])


@pytest.mark.parametrize(
    ("block", "minutes"),
    [
        (MINTSOFT, 5),
        ({**MINTSOFT, "stock_lag_seconds": 120}, 7),
        ({"vendor": "scend", "secrets_env": {"token": "T"}, "base_url": "https://x.example"}, 15),
        (
            {"vendor": "scend", "secrets_env": {"token": "T"}, "base_url": "https://x.example", "stock_lag_seconds": 60},
            16,
        ),
    ],
)
def test_a_figure_without_a_change_stands_no_longer_than_changes_may_be_late(block, minutes):
    """As the profile says, and by as much more as figures are behind the truth."""
    assert timedelta(minutes=minutes) == connection(warehouse=block).connection().stands_until


def test_secrets_that_are_not_set_are_named_together():
    block = RestProfileBlock.model_validate(MINTSOFT)

    with pytest.raises(MissingVariables) as missing:
        rest_profile_settings(block, {})

    assert ("MS_USER", "MS_PASSWORD") == missing.value.names


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"vendor": "rest_profile"}, "give profile with vendor: rest_profile"),
        ({"profile": "scend"}, "give profile with vendor: rest_profile, and only with that"),
        ({"vendor": "rest_profile", "profile": "nowhere.yaml"}, "there is no profile nowhere.yaml; use mintsoft, scend"),
        ({"secrets_env": {"username": "MS_USER"}}, "secret password is missing"),
        (
            {"secrets_env": {**MINTSOFT["secrets_env"], "pasword": "X"}},
            "there is no secret pasword; there are username, password",
        ),
        ({"parameters": {"client": 7}}, "there is no parameter client; there are warehouse"),
        ({"parameters": {"client_id": 7}}, "there is no parameter client_id"),
        ({"words": {"servise": {}}}, "there is no map servise"),
        ({"vendor": "scend", "secrets_env": {"token": "T"}}, "give base_url or base_url_env"),
        ({"cancel_while": ["SOON"]}, "Input should be 'NEW'"),
    ],
)
def test_what_is_not_the_profiles_is_refused_when_the_file_is_read(changes, said):
    """And not by the first order."""
    with pytest.raises(ValidationError, match=said):
        RestProfileBlock.model_validate({**MINTSOFT, **changes})


def test_a_profile_of_ones_own_may_lie_anywhere(tmp_path):
    """A file with a mistake says which line it is in."""
    path = tmp_path / "mine.yaml"
    path.write_text(compiling.shipped()["mintsoft"].read_text())
    block = RestProfileBlock.model_validate({**MINTSOFT, "vendor": "rest_profile", "profile": str(path)})

    assert "mintsoft" == block.described().name
    path.write_text(path.read_text().replace("title: Mintsoft", "titel: Mintsoft"))
    with pytest.raises(ValidationError, match="line 8: titel: titel is no field"):
        RestProfileBlock.model_validate({**MINTSOFT, "vendor": "rest_profile", "profile": str(path)})


def test_a_vendor_that_tells_us_of_news_is_believed_by_its_secret(tmp_path):
    """The address that it is given may hold it; without a secret it is polled."""
    path = tmp_path / "mine.yaml"
    events = 'events: {proof: {kind: address, max_age_s: 60}, topic: "=Kind", subject: "=Ref"}\n'
    text = compiling.shipped()["mintsoft"].read_text().replace("  longest_ref: 50", "  longest_ref: 50\n  webhooks: events")
    path.write_text(text + events)
    block = {**MINTSOFT, "vendor": "rest_profile", "profile": str(path)}
    environment = {**ENVIRONMENT, "MS_EVENTS": "a secret of sixteen"}

    told = RestProfileBlock.model_validate({**block, "event_secret_env": "MS_EVENTS"}).event_source(environment)

    assert ({"secret": "a secret of sixteen"}, 60.0) == (told.query, told.max_age.total_seconds())
    assert RestProfileBlock.model_validate(block).event_source(environment) is None
    with pytest.raises(ValidationError, match="it has no events"):
        RestProfileBlock.model_validate({**MINTSOFT, "event_secret_env": "MS_EVENTS"})
