"""The site builds from the pages without a warning, offline, and a dead link is one; a page that no list names is under More."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tools import make_site

ROOT = Path(__file__).resolve().parents[2]


def test_without_sphinx_the_command_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(make_site, "NEEDED", {"no_such_module": "Sphinx"})
    assert make_site.main() == 0
    assert capsys.readouterr().out.startswith("the site is not built: Sphinx not installed; pip install '.[docs]'")


@pytest.mark.process
@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_the_site_is_whole_and_fetches_nothing(tmp_path):
    pytest.importorskip("sphinx")
    if make_site.missing():
        pytest.skip("the extra docs is not installed")
    assert make_site.build(ROOT / "docs", tmp_path / "site") == 0
    pages = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}
    assert [page for page in sorted(pages) if not (tmp_path / "site" / page).exists()] == []
    for page in (tmp_path / "site").rglob("*.html"):
        text = page.read_text()
        assert 'src="http' not in text, page
        assert '<link rel="stylesheet" href="http' not in text, page


@pytest.mark.process
@pytest.mark.long
@pytest.mark.filterwarnings("default")
def test_a_dead_link_is_a_warning_and_no_page_is_lost(tmp_path):
    if make_site.missing():
        pytest.skip("the extra docs is not installed")
    docs = tmp_path / "docs"
    (docs / "site").mkdir(parents=True)
    shutil.copy(ROOT / "docs" / "site" / "conf.py", docs / "site" / "conf.py")
    index = "# A site\n\n[here](page.md)\n\n```{toctree}\npage\n```\n"
    (docs / "index.md").write_text(index)
    (docs / "page.md").write_text("# A page\n\n[home](index.md#a-site)\n")
    assert make_site.build(docs, tmp_path / "good") == 0
    (docs / "page.md").write_text("# A page\n\n[home](index.md#gone)\n")
    assert make_site.build(docs, tmp_path / "dead") != 0
    (docs / "page.md").write_text("# A page\n")
    (docs / "lost.md").write_text("# In no list\n")
    assert make_site.build(docs, tmp_path / "more") == 0
    assert "In no list" in (tmp_path / "more" / "index.html").read_text()
