"""Find and read the connections that a deployment has, without Dagster: `defs/connections/<name>/defs.yaml`.

Dagster, the gateway and the command line all ask here where a deployment keeps them.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from cogent_pipelines.connections.settings import ConnectionSettings

FOLDER_VARIABLE = "COGENT_CONNECTIONS_DIR"
FILE_NAME = "defs.yaml"
COMPONENT_TYPE = "cogent_pipelines.components.StorefrontWarehouseConnection"


class ConnectionFileError(ValueError):
    """The file cannot be used; the message names the file, the field and what to do."""


class _KeyTwice(yaml.constructor.ConstructorError):
    """A key stands twice in one mapping: YAML would take the last, and whoever reads the file perhaps the first."""


class _OnceLoader(yaml.SafeLoader):
    """Builds plain values only, and refuses a mapping that says something twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - as overridden
        seen: set[str] = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if name and name != "<<" and name in seen:
                raise _KeyTwice(None, None, f"the field {name} is there twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def shipped_folder() -> Path:
    """Where the package keeps its connections."""
    return Path(__file__).parent.parent / "defs" / "connections"


def folder_elsewhere(environment: Mapping[str, str]) -> Path | None:
    """The deployment's own folder of connections, which stands in place of the package's; None where it has none.

    Raises:
        ConnectionFileError: the variable holds a path that means another folder to each process.
    """
    said = environment.get(FOLDER_VARIABLE, "")
    if not said:
        return None
    folder = Path(said).expanduser()
    if not folder.is_absolute():
        msg = f"{FOLDER_VARIABLE} is {said!r}: give the whole path, the same from every working folder"
        raise ConnectionFileError(msg)
    return folder


def connections_folder(environment: Mapping[str, str]) -> Path:
    """Where the deployment keeps its connections.

    Raises:
        ConnectionFileError: the variable holds no whole path.
    """
    return folder_elsewhere(environment) or shipped_folder()


def read_connection(path: Path) -> ConnectionSettings:
    """Read one connection's YAML.

    Raises:
        ConnectionFileError: the file cannot be used; every fault of it in one message.
    """
    return _settings_of(path, _attributes(path))


def _attributes(path: Path) -> Any:
    """What the file says of its connection, before anything of it is judged."""
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), _OnceLoader)  # noqa: S506 - a safe loader, see there
    except (RecursionError, UnicodeDecodeError, ValueError):
        msg = f"{path}: expected one YAML document in UTF-8, with dates that exist"
        raise ConnectionFileError(msg) from None
    except yaml.YAMLError as error:
        # The mark says where; the text around it, which may hold a secret, is left out.
        mark = (
            f", line {error.problem_mark.line + 1}" if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark else ""
        )
        twice = str(error.problem) if isinstance(error, _KeyTwice) else "expected one YAML document that can be read"
        msg = f"{path}{mark}: {twice}"
        raise ConnectionFileError(msg) from None
    if not isinstance(document, dict) or document.get("type") != COMPONENT_TYPE:
        msg = f"{path}: expected one document of `type: {COMPONENT_TYPE}`"
        raise ConnectionFileError(msg)
    return document.get("attributes") or {}


def _settings_of(path: Path, attributes: Any) -> ConnectionSettings:
    try:
        return ConnectionSettings.model_validate(attributes)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
        msg = f"{path}: {faults}"
        raise ConnectionFileError(msg) from None


def read_connections(folder: Path, *, wanted: Callable[[str], bool] = bool) -> dict[str, ConnectionSettings]:
    """Read every connection of a folder by its name; two of one name are refused.

    What is `wanted` by its name is judged, usually everything; of the others, which another process works with, nothing
    is said.

    Raises:
        ConnectionFileError: there is no such folder, or one of its files cannot be used.
    """
    if not folder.is_dir():
        msg = f"{folder}: there is no such folder of connections"
        raise ConnectionFileError(msg)
    found: dict[str, ConnectionSettings] = {}
    for path in sorted(folder.glob(f"*/{FILE_NAME}")):
        attributes = _attributes(path)
        name = attributes.get("name") if isinstance(attributes, dict) else None
        if isinstance(name, str) and name and not wanted(name):
            continue
        settings = _settings_of(path, attributes)
        if settings.name in found:
            msg = f"{path}: another file already has a connection called {settings.name!r}"
            raise ConnectionFileError(msg)
        found[settings.name] = settings
    return found


def connection_settings(name: str, folder: Path) -> ConnectionSettings:
    """Read the connection of that name, or say which there are.

    Raises:
        ConnectionFileError: there is none of that name, or a file cannot be used.
    """
    known = read_connections(folder)
    if name not in known:
        msg = f"no connection called {name!r}; there are: {', '.join(known) or 'none'}"
        raise ConnectionFileError(msg)
    return known[name]
