"""A connection's YAML is read by itself, and what is wrong with it is said by file and field."""

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from cogent_pipelines.connections.settings import ConnectionSettings
from cogent_pipelines.connections.yaml_files import (
    COMPONENT_TYPE,
    FOLDER_VARIABLE,
    ConnectionFileError,
    connections_folder,
    read_connection,
    read_connections,
    shipped_folder,
)
from cogent_pipelines_tests.components.deployment import attributes

SHIPPED = sorted(shipped_folder().glob("*/defs.yaml"))


@pytest.fixture
def written(tmp_path):
    """Write one connection's file and say where it is."""

    def write(document: dict, folder: str = "northwind_uk") -> Path:
        path = tmp_path / folder / "defs.yaml"
        path.parent.mkdir()
        path.write_text(document if isinstance(document, str) else yaml.safe_dump(document))
        return path

    return write


def of(**changes) -> dict:
    return {"type": COMPONENT_TYPE, "attributes": attributes(**changes)}


def shopify(**changes) -> dict:
    return {**attributes()["storefront"], **changes}


def bundle(sku: str, **components: int) -> dict:
    return {"sku": sku, "components": [{"sku": part, "quantity": units} for part, units in components.items()]}


@pytest.mark.parametrize("path", SHIPPED, ids=[path.parent.name for path in SHIPPED])
def test_every_connection_that_ships_is_read_by_itself(path):
    """Dagster's own check of YAML looks at the last document of each type only."""
    assert path.parent.name == read_connection(path).name


def test_a_field_that_stands_twice_is_refused(written):
    """Which of the two counts would be anybody's guess; a value, which may be a secret, is not repeated."""
    text = yaml.safe_dump(of())
    path = written(text + "attributes:\n  name: s3cr3t\n")

    with pytest.raises(ConnectionFileError, match=r"line \d+: the field attributes is there twice") as refused:
        read_connection(path)

    assert "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("text", ["a: \udcff", "first_day: 2026-13-45", "[" * 600], ids=["no UTF-8", "no date", "deep"])
def test_what_is_no_document_is_named_by_its_file(tmp_path, text):
    """Whatever else YAML's own reader would raise."""
    path = tmp_path / "defs.yaml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))

    with pytest.raises(ConnectionFileError, match="expected one YAML document in UTF-8"):
        read_connection(path)


def test_some_connection_ships():
    assert [path.parent.name for path in SHIPPED] == sorted(read_connections(shipped_folder()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tittle": "Northwind"}, ["tittle"]),
        ({"stock": {"bufer": 2}}, ["stock.bufer"]),
        ({"name": "Northwind UK"}, ["name", "lower-case"]),
        ({"timezone": "Europe/Lodnon"}, ["timezone", "Europe/Lodnon"]),
        ({"first_day": "yesterday"}, ["first_day"]),
        ({"owners": ["operations"]}, ["owners", "team:<name>"]),
        ({"bundles": [bundle("SET", MUG=0)]}, ["bundles", "bundle 'SET' holds 0 of 'MUG'"]),
        ({"bundles": [bundle("A", B=1), bundle("B", A=1)]}, ["bundles", "bundle 'A' holds itself: A → B → A"]),
        ({"bundles": [bundle("A", B=1), bundle("A", C=1)]}, ["bundles", "bundle 'A' is listed twice"]),
        ({"bundles": [{"sku": "A"}]}, ["bundles.0.components"]),
        ({"storefront": shopify(vendor="shoppify")}, ["storefront.vendor"]),
        ({"storefront": shopify(client_id_env="ID", client_secret_env="SECRET")}, ["storefront", "either access_token_env"]),
        ({"storefront": shopify(access_token_env=None)}, ["storefront", "either access_token_env"]),
        ({"storefront": shopify(shop_env="SHOP")}, ["storefront", "either shop or shop_env"]),
        (
            {"warehouse": {"vendor": "peoplevox"}},
            ["warehouse.client_id_env", "warehouse.username_env", "warehouse.password_env"],
        ),
    ],
)
def test_a_fault_is_named_by_file_and_field(written, changes, said):
    """All faults of a file in one message."""
    path = written(of(**changes))

    with pytest.raises(ConnectionFileError) as refused:
        read_connection(path)

    assert [str(path), *said] == [words for words in (str(path), *said) if words in str(refused.value)]


def test_a_secret_in_place_of_a_variables_name_is_refused_and_not_repeated(written):
    """The message may end in a log that many read."""
    path = written(of(storefront=shopify(access_token_env="shpat_0123456789abcdef")))

    with pytest.raises(ConnectionFileError) as refused:
        read_connection(path)

    assert "storefront.access_token_env" in str(refused.value)
    assert "shpat_" not in str(refused.value)


@pytest.mark.parametrize("text", ["type: [\nshpat_secret", "type: a\n---\ntype: b", "- a list", "", "type: something.Else"])
def test_what_is_no_connection_is_refused_by_name(written, text):
    path = written(text)

    with pytest.raises(ConnectionFileError) as refused:
        read_connection(path)

    assert (True, False) == (str(path) in str(refused.value), "shpat_" in str(refused.value))


def test_a_file_without_attributes_says_what_they_are(written):
    path = written({"type": COMPONENT_TYPE, "attributes": None})

    with pytest.raises(ConnectionFileError, match="name: Field required; storefront: Field required"):
        read_connection(path)


def test_two_files_with_one_name_are_refused(written, tmp_path):
    written(of(), "one")
    second = written(of(), "two")

    with pytest.raises(ConnectionFileError, match="another file already has a connection called 'northwind_uk'") as refused:
        read_connections(tmp_path)
    assert str(second) in str(refused.value)


def test_a_day_is_a_day_with_or_without_quotes(written):
    """YAML reads an unquoted one as a date."""
    text = yaml.safe_dump(of()).replace("'2026-10-01'", "2026-10-01")
    assert "first_day: 2026-10-01" in text

    assert ConnectionSettings.model_validate(attributes()) == read_connection(written(text))


def undescribed(model: type[BaseModel]) -> list[str]:
    """Fields without a description; a block of fields describes itself by its own."""
    found = []
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            found += [f"{name}.{inner}" for inner in undescribed(field.annotation)]
        elif not field.description and name != "vendor":
            found.append(name)
    return found


def test_every_field_describes_itself():
    """The YAML is the engineer's whole interface."""
    assert [] == undescribed(ConnectionSettings)


def test_bundles_are_read_with_a_quantity_of_one_where_none_is_said(written):
    """The flows get them as they are picked."""
    path = written(of(bundles=[{"sku": "SET", "components": [{"sku": "MUG"}, {"sku": "TEA", "quantity": 2}]}]))

    assert [("MUG", 1), ("TEA", 2)] == [
        (part.sku, part.quantity) for part in read_connection(path).connection().bundles.components_of("SET")
    ]


def test_a_deployment_may_keep_its_connections_in_a_folder_of_its_own(written, tmp_path):
    """Whoever reads connections asks with the same environment, and so reads the same ones."""
    written(of(), "northwind_uk")
    environment = {FOLDER_VARIABLE: str(tmp_path)}

    assert ["northwind_uk"] == [*read_connections(connections_folder(environment))]
    assert shipped_folder() == connections_folder({}) == connections_folder({FOLDER_VARIABLE: ""})


def test_a_path_that_means_another_folder_to_each_process_is_refused():
    with pytest.raises(ConnectionFileError, match="COGENT_CONNECTIONS_DIR is 'connections': give the whole path"):
        connections_folder({FOLDER_VARIABLE: "connections"})


def test_a_folder_that_is_not_there_is_not_taken_for_an_empty_one(tmp_path):
    """A misspelt path would otherwise stop every order without a word."""
    with pytest.raises(ConnectionFileError, match="there is no such folder of connections"):
        read_connections(tmp_path / "elsewhere")
