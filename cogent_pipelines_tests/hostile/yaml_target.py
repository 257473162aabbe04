"""Our own YAML, spoilt: it is read, or refused with the file's name."""

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from cogent_pipelines.connections.yaml_files import COMPONENT_TYPE, ConnectionFileError, read_connection
from cogent_pipelines_tests.components.deployment import attributes
from cogent_pipelines_tests.hostile.dice import Dice, spoilt_json, spoilt_text

_BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n"


def a_file(data: bytes) -> None:
    dice = Dice(data)
    document = {"type": COMPONENT_TYPE, "attributes": attributes()}
    match dice.below(4):
        case 0:
            text = yaml.safe_dump(spoilt_json(document, dice))
        case 1:
            text = yaml.safe_dump(document) + dice.one_of([_BOMB, "x: 2026-13-45\n", "x: !!python/object:os.system {}\n"])
        case 2:
            text = "[" * 400
        case _:
            text = spoilt_text(yaml.safe_dump(document), dice)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "defs.yaml"
        path.write_bytes(text.encode(dice.one_of(["utf-8", "utf-8", "latin-1", "utf-16"]), "replace"))
        try:
            read_connection(path)
        except ConnectionFileError as refusal:
            assert str(path) in str(refusal)
