"""`cogent bench`: the figures of docs/benchmarks.md."""

import click


@click.command()
@click.option("--only", metavar="A,B", help="Some of: latency, gateway, injection, replay, stock, idle, many, burst.")
@click.option(
    "--seconds",
    type=float,
    help="How long orders come in for the latency; 180. The gateway and many have a third.",
)
@click.option(
    "--orders", type=int, help="How many orders for the injection throughput; 3000. The burst has 50,000 for these."
)
@click.option("--skus", type=int, help="How many SKUs for the stock; 100000.")
@click.option("--file", type=click.Path(dir_okay=False), help="The invoices to replay.")
@click.option("--write", is_flag=True, help="Write docs/benchmarks.md also after a shortened run.")
def command(**asked: object) -> None:
    """Measure each figure beside its baseline, print one JSON object, and write docs/benchmarks.md.

    What is measured lies in the checkout's folder `benchmarks`. The exit code is 1 when a figure misses its bar. Nothing
    else should run on the machine meanwhile.
    """
    import os
    import sys

    from cogent_pipelines.local_stack.home import find_home

    checkout = find_home().checkout
    if not (checkout / "benchmarks" / "__main__.py").exists():
        raise click.ClickException(f"{checkout} is no checkout: the folder `benchmarks` is not there")
    options: list[str] = []
    for name, value in asked.items():
        if value is True:
            options.append(f"--{name}")
        elif value:
            options += [f"--{name}", str(value)]
    # This process becomes another: the figures import from the checkout's folder, which is no part of the package.
    os.chdir(checkout)
    os.execv(sys.executable, [sys.executable, "-m", "benchmarks", *options])  # noqa: S606 - this very interpreter
