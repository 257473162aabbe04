"""The `cogent` command and the list of its commands.

A command's module is imported when that command runs, so that `cogent --help` answers at once. A new command is one
module with a click command called `command`, and one line here.
"""

import importlib

import click

COMMANDS: dict[str, str] = {
    "up": "Start everything on this machine; with --demo also the stand-in vendors and a trading day.",
    "down": "End what still runs from this checkout.",
    "env": "Print the variables with which the plain Dagster commands work here.",
    "migrate": "Bring the ledger's tables up to date.",
    "new": "Write the YAML of a new connection.",
    "profile": "Look a warehouse profile through, and say what is wrong where.",
    "check-connection": "Prove a connection before go-live, without writing.",
    "subscribe": "Have a connection's vendors tell the gateway of news.",
    "cases": "List what waits for a person.",
    "take-case": "Say that somebody is on a case.",
    "close-case": "Say that a case was settled by hand.",
    "map-sku": "Say which warehouse SKU a storefront SKU is.",
    "retry-order": "Send a failed or held order again.",
    "retry-parcel": "Tell the storefront of a refused parcel again.",
    "link-parcel": "Say whose parcel it is, or that it is nobody's.",
    "gateway": "Take webhooks in; show the desk, health and metrics.",
    "simulate": "Start one stand-in vendor alone.",
    "bench": "Measure each figure beside its baseline.",
    "havoc": "Kill processes of a whole stack under load, and judge what came of it.",
    "replay": "Run a file of real invoices through the whole path, against stand-in vendors.",
}


class CommandList(click.Group):
    """Knows its commands by name and imports each when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cogent_pipelines.cli.{cmd_name.replace('-', '_')}")
        found = module.command
        if not isinstance(found, click.Command):
            raise TypeError(f"{module.__name__}.command is no click command")
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table above, without importing any of them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=CommandList, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cogent-pipelines", prog_name="cogent")
def main() -> None:
    """Connect storefronts to warehouse systems under Dagster."""


if __name__ == "__main__":
    main()
