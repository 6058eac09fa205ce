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
OUR_NAMES = re.compile(r"\bDen Haag\b|\bThe Hague\b|\bHaagse?\b|'s-Gravenhage|(?i:\bstadsde(?:el|len)\b)|\bMidden\b|\bRIS\d*\b")
OUR_CODE = "0518"
MAY_KNOW = re.compile(r"data_access/demo/.*|presentation/texts/demo.*")
TEXTS = [*ROOT.glob("presentation/texts/*.toml"), *ROOT.glob("metrics/**/*.toml"), *ROOT.glob("data_access/**/*.toml"), ROOT / ".streamlit/config.toml"]


def ours_in_code(source: str) -> Iterator[str]:
    """Lines that name the municipality, comments and docstrings included, and its code where it is no example (in a docstring, or `example=`)."""
    yield from (line.strip() for line in source.splitlines() if OUR_NAMES.search(line))
    tree = ast.parse(source)
    examples = {
        id(node.value)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) or (isinstance(node, ast.keyword) and node.arg == "example")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and OUR_CODE in str(node.value) and id(node) not in examples:
            yield ast.unparse(node)


def ours_in_texts(tree: object, key: str = "") -> Iterator[str]:
    """Texts that name the municipality, by their key, except where the key says that they are an example."""
    for where, text in walk(tree, key):
        if "example" not in where and (OUR_NAMES.search(text) or OUR_CODE in text):
            yield where


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
    code = [file for file in PROGRAM if not MAY_KNOW.fullmatch(file.relative_to(ROOT).as_posix())]
    found = {file.name: list(ours_in_code(file.read_text(encoding="utf-8"))) for file in code}
    found |= {file.name: list(ours_in_texts(tomllib.loads(file.read_text(encoding="utf-8")))) for file in TEXTS}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    ['code = "GM0518"', "# bereik in Den Haag", '"""Haags gemiddelde."""', "x = 'per stadsdeel'", "x = 'regio Midden'", "x = 'RIS309123'", "x = 'Stadsdelen'"],
)
def test_the_municipality_is_noticed_in_code(line: str):
    assert list(ours_in_code(line))


@pytest.mark.parametrize("line", ["x = 'in het midden'", "x = 'risico'", "x = 'district'", '"""WK051829 -> wijk 29."""', "Column('wijk', example='WK051829')"])
def test_ordinary_words_and_examples_of_a_code_are_not(line: str):
    assert not list(ours_in_code(line))


def test_the_municipality_is_noticed_in_texts_and_definitions():
    texts = {"reach": {"title": "Bereik in Den Haag", "example": "Den Haag", "forms": [{"one": "GM0518"}]}}
    assert list(ours_in_texts(texts)) == [".reach.title", ".reach.forms.one"]


# What the file says of the way it came -----------------------------------------------------------------------------------------


def test_no_file_names_a_package_registry():
    """Where packages come from is the business of the machine, not of the project."""
    hosts = re.compile(r"https?://[\w.-]*(py[p]i|pythonh[o]sted|npm[j]s|c[o]nda|deb[i]an)\.", re.IGNORECASE)
    files = [*ROOT.glob("*.in"), *ROOT.glob("*.txt"), *ROOT.glob("*.toml"), *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / ".ci/run"]
    assert [file.name for file in files if hosts.search(file.read_text(encoding="utf-8"))] == []
