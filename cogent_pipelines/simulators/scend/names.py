"""Between our names of fields and the wire's, as the switch has them; and fields that are empty."""

from collections.abc import Mapping
from typing import Any

from cogent_pipelines.simulators.scend.switches import Switches


def outward(content: Any, switches: Switches) -> Any:
    """Turn an answer into the wire's names."""
    keep_empty = switches.empty_fields == "null"

    def turned(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {
                switches.field_names.get(name, name): turned(inner)
                for name, inner in value.items()
                if keep_empty or inner is not None
            }
        return [turned(one) for one in value] if isinstance(value, list) else value

    return turned(content)


def inward(content: Any, switches: Switches) -> Any:
    """Turn a body, or a query, into our names; ours is none where the wire has another."""
    ours = {wire: name for name, wire in switches.field_names.items()}
    gone = switches.field_names.keys() - ours.keys()

    def turned(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {ours.get(name, name): turned(inner) for name, inner in value.items() if name not in gone}
        return [turned(one) for one in value] if isinstance(value, list) else value

    return turned(content)
