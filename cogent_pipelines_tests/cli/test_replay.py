"""`cogent replay`, from a file to one line of JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cogent_pipelines.cli.main import main

HEADER = "invoice,stock_code,description,quantity,invoice_date,unit_price,customer_id,country"
ROWS = (
    "500001,85123A,HOLDER,6,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "500001,85123A,HOLDER,2,2010-12-01 08:26:00,2.55,17850,United Kingdom",
    "500001,71053,LANTERN,3,2010-12-01 08:26:00,3.39,17850,United Kingdom",
    "500002,22633,WARMER,6,2010-12-01 08:28:00,1.85,,France",
    "500002,POST,POSTAGE,1,2010-12-01 08:28:00,18.00,,France",
    "500003,85123a,HOLDER,1,2010-12-01 09:00:00,2.55,17850,United Kingdom",
    "500004,POST,POSTAGE,1,2010-12-01 09:10:00,18.00,,Germany",
    "500005,22633,,1,2010-12-02 10:00:00,0.0,,United Kingdom",
    "C500006,22633,WARMER,-6,2010-12-02 10:00:00,1.85,,France",
    "500007,22633,damaged,-3,2010-12-02 10:00:00,0.0,,United Kingdom",
    "500008,71053,LANTERN,1,2010-12-03 10:00:00,3.39,,United Kingdom",
)
PROMISED = {
    *("invoices", "orders", "lines", "acknowledged", "held", "storefront_value_minor", "warehouse_value_minor"),
    *("difference_minor", "explained_minor", "lost", "duplicated", "orders_per_second", "peak_rss_mb", "seconds"),
}


def replay(file: Path, home: Path, ledger_url: str, *options: str) -> dict[str, object]:
    command = [sys.executable, "-m", "cogent_pipelines.cli.main", "replay", str(file), "--connection", "demo_uk", "--json"]
    environment = {**os.environ, "COGENT_HOME": str(home), "COGENT_DATABASE_URL": ledger_url}
    done = subprocess.run([*command, *options], capture_output=True, text=True, env=environment, check=False, timeout=110)
    assert 0 == done.returncode, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.stack
def test_invoices_go_the_whole_way_and_every_one_is_accounted_for(tmp_path, ledger_url):
    """Two are held with a reason, the others reach the warehouse and their parcels the storefront; nothing twice."""
    file = tmp_path / "invoices.csv"
    file.write_text("\n".join((HEADER, *ROWS)) + "\n")

    found = replay(file, tmp_path / "home", ledger_url, "--to", "2010-12-02")

    assert set() == PROMISED - set(found)
    assert {"nothing_to_ship": 1, "sku_variant": 1} == found["held"]
    assert (7, 5, 8, 3) == tuple(found[name] for name in ("invoices", "orders", "lines", "acknowledged"))
    assert (0, 0, 3) == tuple(found[name] for name in ("lost", "duplicated", "orders_fulfilled"))
    assert (3057 + 2910, 3057 + 2910) == (found["storefront_value_minor"], found["warehouse_value_minor"])
    assert (1, 2) == (found["sku_variants_suggested"], found["charges_as_shipping"])


@pytest.mark.stack
@pytest.mark.shared
def test_a_real_day_agrees_to_the_penny(tmp_path, ledger_url, reference_material):
    """The first day of a real retailer's file."""
    file = reference_material / "data" / "online_retail_2010-12_to_2011-06.csv.xz"

    found = replay(file, tmp_path / "home", ledger_url, "--to", "2010-12-01")

    assert (0, 0) == (found["lost"], found["duplicated"])
    assert found["difference_minor"] == found["explained_minor"]
    assert found["orders"] == found["acknowledged"] + sum(found["held"].values())


@pytest.mark.parametrize("speed", ["0", "-3", "fast"])
def test_a_speed_that_is_none_is_refused(tmp_path, speed):
    file = tmp_path / "invoices.csv"
    file.write_text(HEADER + "\n")

    done = CliRunner().invoke(main, ["replay", str(file), "--connection", "demo_uk", "--speed", speed])

    assert (2, True) == (done.exit_code, "neither max nor a number above zero" in done.output)


def test_a_connection_that_does_not_exist_is_named(tmp_path):
    file = tmp_path / "invoices.csv"
    file.write_text(HEADER + "\n")

    done = CliRunner().invoke(main, ["replay", str(file), "--connection", "nobody"])

    assert (1, True) == (done.exit_code, "no connection called 'nobody'" in done.output)
