"""Rules that no linter checks: who reads the environment, when, and how long a file may grow."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cogent_pipelines

PACKAGE = Path(cogent_pipelines.__file__).parent
MAY_READ_THE_ENVIRONMENT = ("cli", "local_stack", "resources", "run_launcher")
LONGEST_FILE = 400
READERS = ("environ", "environb", "getenv")
AT_IMPORT = ("os.getenv", "os.environ.get", "datetime.now", "datetime.utcnow", "time.time", "time.monotonic", "open")


def depends_on_the_moment(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in AT_IMPORT
    return isinstance(node, ast.Subscript) and "os.environ" == ast.unparse(node.value)


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE.parent))


def environment_reads(tree: ast.AST) -> Iterator[ast.AST]:
    """Find `os.environ`, `os.getenv` and both imported by name."""
    for node in ast.walk(tree):
        by_attribute = isinstance(node, ast.Attribute) and ast.unparse(node) in {f"os.{name}" for name in READERS}
        by_name = isinstance(node, ast.ImportFrom) and "os" == node.module and {a.name for a in node.names} & {*READERS}
        if by_attribute or by_name:
            yield node


def runs_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the parts of a module that run when it is imported: everything but the bodies of functions."""
    for statement in tree.body:
        yield from _outside_functions(statement)


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for part in (*node.decorator_list, *node.args.defaults, *(d for d in node.args.kw_defaults if d)):
            yield from _outside_functions(part)
        return
    if isinstance(node, ast.Lambda) or _is_main_guard(node):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_functions(child)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__ == '__main__'" == ast.unparse(node.test)


def test_only_the_outermost_layers_read_the_environment():
    """A setting reaches everything else as a value that was handed in."""
    offenders = [
        named(path)
        for path in modules()
        if path.relative_to(PACKAGE).parts[0] not in MAY_READ_THE_ENVIRONMENT
        and any(environment_reads(ast.parse(path.read_text())))
    ]

    assert [] == offenders


def test_nothing_reads_the_environment_or_the_clock_at_import():
    """Importing a module does nothing that depends on the machine, the moment or the settings."""
    offenders = [
        f"{named(path)}:{node.lineno}"
        for path in modules()
        for node in runs_at_import(ast.parse(path.read_text()))
        if depends_on_the_moment(node)
    ]

    assert [] == offenders


def test_the_rule_about_imports_sees_what_it_should():
    """The check above finds a read at module level and leaves one inside a function alone."""
    guilty = ast.parse("import os\nHOME = os.environ.get('HOME')\n")
    innocent = ast.parse("import os\ndef home():\n    return os.environ.get('HOME')\n")

    def calls(tree: ast.Module) -> list[str]:
        return [ast.unparse(node.func) for node in runs_at_import(tree) if isinstance(node, ast.Call)]

    assert (["os.environ.get"], []) == (calls(guilty), calls(innocent))


def test_no_file_outgrows_its_reader():
    """A file is split before it is four hundred lines long."""
    too_long = [
        f"{named(path)}: {count}" for path in modules() if (count := len(path.read_text().splitlines())) > LONGEST_FILE
    ]

    assert [] == too_long


WRITES_TABLES = (
    "to_csv",
    "to_excel",
    "to_html",
    "ExcelWriter",
    "openpyxl",
    "xlsxwriter",
    "writerow",
    "writerows",
    "DictWriter",
)
FOR_A_VENDOR_ONLY = ("cogent_pipelines/adapters/warehouses/peoplevox/csv_table.py",)


def test_no_file_that_a_spreadsheet_would_open_is_written():
    """A cell that begins with `=` would run there. Whoever writes such a file must escape its cells, and say so here."""
    found = {
        named(path)
        for path in modules()
        if "simulators" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Attribute) and node.attr in WRITES_TABLES)
        or (
            isinstance(node, ast.Import | ast.ImportFrom)
            and {each.name.split(".")[0] for each in node.names} & {*WRITES_TABLES}
        )
    }

    assert {*FOR_A_VENDOR_ONLY} == found
