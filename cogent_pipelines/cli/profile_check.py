"""`cogent profile check`: is this profile fit to be used, and if not, what is wrong in which line?"""

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from cogent_pipelines.cli.voice import plain

if TYPE_CHECKING:
    from cogent_pipelines.adapters.warehouses.rest_profile.compiled import Profile
    from cogent_pipelines.adapters.warehouses.rest_profile.problems import Problem


@click.command()
@click.argument("profile")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for another program.")
def command(*, profile: str, as_json: bool) -> None:
    """Read PROFILE, a file or the name of a profile that is shipped, and explain every mistake in it.

    Nothing is asked of the vendor. The exit code is 1 when anything must be corrected.
    """
    from cogent_pipelines.adapters.warehouses.rest_profile import compiling
    from cogent_pipelines.adapters.warehouses.rest_profile.problems import ProfileFault

    try:
        found = compiling.load(profile)
    except ProfileFault as fault:
        for problem in fault.problems:
            click.echo(json.dumps(dataclasses.asdict(problem)) if as_json else in_words(profile, problem))
        raise SystemExit(1) from None
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{profile} is no text; save it as UTF-8 (byte {error.start} is none)") from None
    except OSError:
        known = ", ".join(compiling.shipped())
        raise click.ClickException(f"{profile} cannot be read; give a file, or one of {known}") from None
    if not as_json:
        _praise(found)


def in_words(profile: str, problem: "Problem") -> str:
    return f"{profile}:{problem.line}: {plain(problem.place)}: {plain(problem.finding)}\n      → {plain(problem.remedy)}"


def _praise(profile: "Profile") -> None:
    """What it can do, and what of it nobody has confirmed yet."""
    click.echo(f"{profile.name} is in order: {len(profile.operations)} operations, {len(profile.rules)} error rules.")
    for name, each in profile.written.assumptions.items():
        if not each.confirmed:
            click.echo(f"  assumed: {plain(name)}\n      → {plain(each.ask)}")
