"""Variables looked up by name in an environment that was handed in; what is missing is reported together, by name."""

from collections.abc import Mapping


def values_of(environment: Mapping[str, str], *names: str | None) -> list[str]:
    """The values of those of these variables that are named and set: whoever quotes such a secret must be masked."""
    return [value for name in names if (value := environment.get(name or "", ""))]


class MissingVariables(ValueError):
    """The environment lacks variables that the connection's YAML names; `names` lists them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"environment variables not set or empty: {', '.join(names)}")
        self.names = names


class Variables:
    """Collects what is missing, so that one error names all of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._missing: list[str] = []

    def get(self, name: str | None) -> str:
        """The variable's value; '' and remembered where there is none."""
        value = self._environment.get(name or "", "")
        if not value and name:
            self._missing.append(name)
        return value

    def number(self, name: str) -> float:
        """The variable's value as a number above zero; 1 and remembered where it is none."""
        try:
            value = float(self.get(name) or "0")
        except ValueError:
            value = 0.0
        if value <= 0:
            self._missing.append(f"{name} (a number above zero)")
            return 1.0
        return value

    def refuse_if_any_is_missing(self) -> None:
        if self._missing:
            raise MissingVariables(tuple(dict.fromkeys(self._missing)))
