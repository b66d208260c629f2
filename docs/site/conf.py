"""How Sphinx makes the site from the pages in docs/. `make docs` runs it; see tools/make_site.py."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path
from urllib.parse import unquote

DOCS = Path(__file__).resolve().parents[1]

project = "Swivel"
copyright = ""
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["site"]
root_doc = "index"
myst_heading_anchors = 4
myst_links_external_new_tab = False
html_theme = "furo"
html_title = "Swivel"
html_show_copyright = False
html_show_sphinx = False
html_copy_source = False
# Nothing is fetched while it is read, either.
html_theme_options = {"sidebar_hide_name": False}
pygments_style = "default"

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")
BLOCK = re.compile(r"(^```.*?^```)", re.DOTALL | re.MULTILINE)
LIST = re.compile(r"^```\{toctree\}\n(.*?)^```", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"^```(\w+) (\S+)$", re.MULTILINE)


def _inside(text: str, page: Path) -> str:
    """Links to files that are no pages become their text with the path beside it: the site has pages only."""

    def link(match: re.Match[str]) -> str:
        picture, words, target = match.groups()
        file = unquote(target).partition("#")[0]
        if picture or not file or re.match(r"[a-z]+:", target):
            return match[0]
        path = (page.parent / file).resolve()
        if path.suffix == ".md" and path.is_relative_to(DOCS):
            return match[0]
        if path.is_dir() and path.is_relative_to(DOCS):
            return words
        shown = path.relative_to(DOCS.parent).as_posix() if path.is_relative_to(DOCS.parent) else file
        return f"{words} (`{shown}`)" if path.exists() else match[0]

    parts = BLOCK.split(text)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


def _with_the_rest(index: str) -> str:
    """The index with every page that it does not name in a list of its own: a new page is never lost."""
    entries = [
        line for block in LIST.findall(index) for line in block.splitlines() if line and not line.startswith(":")
    ]
    pages = sorted(path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md"))
    rest = [page for page in pages if page != root_doc and not any(fnmatch(page, entry) for entry in entries)]
    more = "\n".join(rest)
    return f"{index}\n```{{toctree}}\n:caption: More\n:maxdepth: 1\n\n{more}\n```\n" if rest else index


def _prepared(app: object, name: str, source: list[str]) -> None:
    page = DOCS / f"{name}.md"
    if name == root_doc:
        source[0] = _with_the_rest(source[0])
    # A block that says which file it is, or how it ends, is shown in its language.
    # A chart is shown as its text, which is made to be read: drawing it would need a script from elsewhere.
    source[0] = NAMED.sub(r"```\1", _inside(source[0], page)).replace("```mermaid", "```text")


def setup(app) -> None:
    """Hook in."""
    app.connect("source-read", _prepared)
