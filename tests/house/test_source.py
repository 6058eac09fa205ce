"""What no file of the program may do, read from the source itself."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import ROOT

PROGRAM = sorted(
    file
    for part in ("app.py", "server.py", "manage.py", "actions", "commands", "data_access", "metrics", "pages", "presentation")
    for file in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
)
SCREEN = [file for file in PROGRAM if file.relative_to(ROOT).parts[0] in ("app.py", "server.py", "pages", "presentation")]


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> set[str]:
    """Top names of everything a file imports, inside functions too."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


# Streamlit stays in its place -------------------------------------------------------------------------------------------------

STREAMLIT_MAY = re.compile(r"(app|server)\.py|pages/.*|presentation/(session|cached)\.py|presentation/components/.*")


def test_streamlit_is_imported_only_by_the_frame_the_pages_and_the_parts_of_pages():
    users = [file.relative_to(ROOT).as_posix() for file in PROGRAM if "streamlit" in imported(parsed(file))]
    assert [user for user in users if not STREAMLIT_MAY.fullmatch(user)] == []


# Trap 2: a cached function that takes a frame gives the figures of another frame ----------------------------------------------

SAFE_IN_A_KEY = {
    "str",
    "int",
    "float",
    "bool",
    "bytes",
    "date",
    "None",
    "tuple",
    "View",
    "Reader",
    "Role",
    "Language",
    "Theme",
    "Period",
    "Sector",
    "Literal",
    "Path",
}


def frames_in_cache_keys(tree: ast.Module) -> Iterator[str]:
    """Arguments of cached functions that are part of the key (no leading underscore) and are not plainly a scalar."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("cache_" in ast.unparse(decorator) for decorator in node.decorator_list):
            every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, *filter(None, [node.args.vararg, node.args.kwarg])]
            for argument in every:
                annotation = ast.unparse(argument.annotation) if argument.annotation else "?"
                names = set(re.findall(r"\w+|\?", re.sub(r"'[^']*'|\"[^\"]*\"", "", annotation)))
                if not argument.arg.startswith("_") and not names <= SAFE_IN_A_KEY:
                    yield f"{node.name}({argument.arg}: {annotation})"


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("@st.cache_data\ndef f(frame: pl.DataFrame): ...", True),
        ("@st.cache_resource(max_entries=3)\ndef f(version: int, figures: Figures): ...", True),
        ("@st.cache_data\ndef f(anything): ...", True),
        ("@st.cache_data\ndef f(**options: pl.Series): ...", True),
        ("@cache_resource\ndef f(version: int, view: View, sector: Literal['PO'] | None, _frame: pl.DataFrame): ...", False),
        ("def f(frame: pl.DataFrame): ...", False),
    ],
)
def test_a_frame_in_a_cache_key_is_noticed(source: str, caught: bool):
    assert bool(list(frames_in_cache_keys(ast.parse(source)))) == caught


def test_no_cached_function_takes_a_frame_as_part_of_its_key():
    assert [found for file in SCREEN for found in frames_in_cache_keys(parsed(file))] == []


# Trap 6: a workbook turns text that starts with = into a formula ---------------------------------------------------------------


def formulas_from_text(tree: ast.Module) -> Iterator[str]:
    """Workbooks written without the option that keeps text text, and frames written to a workbook that is not named."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rsplit(".", 1)[-1]
            text = ast.unparse(node)
            if name == "Workbook" and "'strings_to_formulas': False" not in text:
                yield text
            if name == "write_excel" and not (node.args and isinstance(node.args[0], ast.Name)):
                yield text


@pytest.mark.parametrize(
    ("source", "caught"),
    [
        ("frame.write_excel('figures.xlsx')", True),
        ("frame.write_excel()", True),
        ("xlsxwriter.Workbook(target)", True),
        ("Workbook(target, {'strings_to_formulas': True})", True),
        ("book = xlsxwriter.Workbook(target, {'strings_to_formulas': False, 'strings_to_urls': False})\nframe.write_excel(book, 'sheet')", False),
    ],
)
def test_a_workbook_that_makes_formulas_is_noticed(source: str, caught: bool):
    assert bool(list(formulas_from_text(ast.parse(source)))) == caught


def test_no_workbook_turns_text_into_formulas():
    assert [found for file in PROGRAM for found in formulas_from_text(parsed(file))] == []


# Whose monitor it is stands in one place ---------------------------------------------------------------------------------------

#: The municipality, its words and its council. Whole words, so that "midden" in a sentence and "RIS" in "risico" are no hit.
OURS = re.compile(r"0518|\bDen Haag\b|\bThe Hague\b|\bHaagse?\b|'s-Gravenhage|(?i:\bstadsde(?:el|len)\b)|\bMidden\b|\bRIS\d*\b")
MAY_KNOW = {"data_access/demo.py", "data_access/demo"}
TEXTS = [*ROOT.glob("presentation/texts/*.toml"), *ROOT.glob("metrics/**/*.toml"), *ROOT.glob("data_access/**/*.toml"), ROOT / ".streamlit/config.toml"]


def names_of_ours(file: Path) -> Iterator[str]:
    """Lines of code or text that name the municipality. In texts, the tables of examples may."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".toml":
        for key, value in walk(tomllib.loads(text)):
            if "example" not in key and OURS.search(value):
                yield f"{file.relative_to(ROOT)}: {key}"
    else:
        yield from (f"{file.relative_to(ROOT)}:{number}" for number, line in enumerate(text.splitlines(), 1) if OURS.search(line))


def walk(tree: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a file, with the keys that lead to it."""
    if isinstance(tree, dict):
        for name, part in tree.items():
            yield from walk(part, f"{key}.{name}")
    elif isinstance(tree, list):
        for part in tree:
            yield from walk(part, key)
    elif isinstance(tree, str):
        yield key, tree


def test_nothing_outside_organisation_toml_the_demo_and_the_examples_knows_whose_monitor_it_is():
    files = [file for file in [*PROGRAM, *TEXTS] if not any(file.relative_to(ROOT).as_posix().startswith(place) for place in MAY_KNOW)]
    assert [found for file in files for found in names_of_ours(file)] == []


@pytest.mark.parametrize("line", ["GM0518", "bereik in Den Haag", "Haags gemiddelde", "per stadsdeel", "regio Midden", "RIS309123", "the stadsdelen"])
def test_the_name_of_the_municipality_is_noticed(line: str):
    assert OURS.search(line)


@pytest.mark.parametrize("line", ["in het midden", "risico", "district", "middenschool"])
def test_ordinary_words_are_not(line: str):
    assert not OURS.search(line)


# What the file says of the way it came -----------------------------------------------------------------------------------------


def test_no_file_names_a_package_registry():
    """Where packages come from is the business of the machine, not of the project."""
    hosts = re.compile(r"https?://[\w.-]*(pypi|pythonhosted|npmjs|conda|debian)\.", re.IGNORECASE)
    files = [*ROOT.glob("*.in"), *ROOT.glob("*.txt"), *ROOT.glob("*.toml"), *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / ".ci/run"]
    assert [file.name for file in files if hosts.search(file.read_text(encoding="utf-8"))] == []
