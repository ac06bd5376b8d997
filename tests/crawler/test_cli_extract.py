"""``copydesk extract``: one row a page, in order, whatever the pages are."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crawler import batch
from crawler.batch import Task, clean_pages, tasks_in, tasks_of
from crawler.cli import main

KEYS = [
    "id", "path", "url", "status", "reason", "title", "alternative_title", "standfirst", "authors",
    "published", "modified", "language", "section", "tags", "image", "dateline", "text", "html", "removed",
]  # fmt: skip
FIRST = (
    "The town council voted on Tuesday evening to keep the old tram line, and to pay for new rails with the "
    "money that had been set aside for a car park."
)
SECOND = (
    "Twelve members were in favour and nine against; the work is to begin in spring, the mayor said, and it "
    "will take two years until the last of the carriages runs again."
)


def page(title: str = "Tram line stays", head: str = "") -> str:
    return f"""<!doctype html><html lang="en"><head><title>{title}</title>{head}
<meta property="og:title" content="{title}"><meta property="og:type" content="article">
<meta property="article:published_time" content="2026-03-01T09:30:00+01:00"></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<main><article><h1>{title}</h1><p>{FIRST}</p><p>{SECOND}</p></article></main>
<footer><p><a href="/imprint">Imprint</a> <a href="/privacy">Privacy</a></p></footer></body></html>"""


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["extract", *map(str, arguments)])


def rows(result: Result) -> list[dict[str, Any]]:
    # Not splitlines: a story may hold U+2028.
    return [json.loads(line) for line in result.stdout.split("\n")[:-1]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages = tmp_path / "pages"
    (pages / "deep").mkdir(parents=True)
    (pages / "b.html").write_text(page("Beta"))
    (pages / "a.htm").write_text(page("Alpha"))
    (pages / "deep" / "c.html.gz").write_bytes(gzip.compress(page("Gamma").encode()))
    (pages / "notes.txt").write_text("no page")
    return pages


def test_a_row_has_exactly_these_keys(folder: Path) -> None:
    result = invoke(folder / "b.html")
    assert result.exit_code == 0, result.output
    (row,) = rows(result)
    assert list(row) == KEYS
    assert row["id"] == "b"
    assert row["path"] == str(folder / "b.html")
    assert (row["status"], row["reason"]) == ("article", None)
    assert row["title"] == "Beta"
    assert row["published"] == "2026-03-01T09:30:00+01:00"
    assert row["text"] == f"{FIRST}\n\n{SECOND}"
    assert all(set(cut) == {"text", "by", "why"} and cut["by"] and cut["why"] for cut in row["removed"])
    assert "Imprint" in " ".join(cut["text"] for cut in row["removed"])
    assert result.stderr.startswith("1 page in ")


def test_a_folder_is_read_in_the_order_of_its_paths(folder: Path) -> None:
    result = invoke(folder)
    assert [row["id"] for row in rows(result)] == ["a", "b", "deep/c"]
    assert [row["title"] for row in rows(result)] == ["Alpha", "Beta", "Gamma"]
    assert "3 articles" in result.stderr


def test_a_manifest_says_what_to_read_and_how_it_is_called(folder: Path) -> None:
    manifest = folder / "m.jsonl"
    lines = [
        {"id": "x\u2028y", "path": "deep/c.html.gz", "url": "https://www.example.org/c"},
        {"id": 7, "path": "a.htm"},
        {"path": "none.html", "url": "https://www.example.org/none"},
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    manifest.write_text(text + "\n\nno json\n[]\n", encoding="utf-8")
    result = invoke("--manifest", manifest)
    assert result.exit_code == 0, result.output
    found = rows(result)
    assert [row["id"] for row in found] == ["x\u2028y", "7", "none", None, None]
    assert [row["path"] for row in found] == ["deep/c.html.gz", "a.htm", "none.html", None, None]
    assert [row["status"] for row in found] == ["article", "article", "error", "error", "error"]
    assert found[0]["url"] == "https://www.example.org/c"
    assert found[2]["url"] == "https://www.example.org/none"
    assert found[2]["reason"] == "No such file or directory"
    assert found[3]["reason"] == "m.jsonl:5: not a line of JSON"
    assert found[4]["reason"] == 'm.jsonl:6: a row is {"id", "path", "url"}'
    assert all(list(row) == KEYS for row in found)
    assert "2 articles, 3 unreadable" in result.stderr


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "no HTML but a PNG image"),
        (b"%PDF-1.7 ...", "no HTML but a PDF document"),
        (b"just some words", "no HTML: there is no tag in it"),
        (b"\x1f\x8bthis is no gzip", "a broken gzip file"),
        (gzip.compress(b"<html>" * 1000, mtime=0)[:-20], "the gzip file ends too early"),
    ],
)
def test_what_is_no_page_is_a_row_that_says_so(tmp_path: Path, body: bytes, reason: str) -> None:
    (tmp_path / "x.html").write_bytes(body)
    result = invoke(tmp_path / "x.html")
    assert result.exit_code == 1
    (row,) = rows(result)
    assert row["status"] == "error"
    assert row["reason"].startswith(reason)
    assert (row["text"], row["removed"], row["title"]) == ("", [], None)
    assert f"copydesk: {tmp_path}/x.html: {reason}" in result.stderr


def test_a_rejected_page_is_named_where_no_row_says_it(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text("<html><title>x</title><body></body></html>")
    result = invoke("-f", "text", tmp_path / "x.html")
    assert result.exit_code == 0
    assert f"copydesk: {tmp_path}/x.html is no article: " in result.stderr
    assert "1 rejected (" in result.stderr


def test_an_unreadable_page_among_others_is_no_failure(folder: Path) -> None:
    (folder / "broken.html.gz").write_bytes(b"\x1f\x8b")
    result = invoke(folder)
    assert result.exit_code == 0
    assert [row["status"] for row in rows(result)] == ["article", "article", "error", "article"]


def test_a_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MAX_BYTES", 1_000_000)
    (tmp_path / "x.html.gz").write_bytes(gzip.compress(b"<p>" * 1_000_000))
    (row,) = rows(invoke(tmp_path / "x.html.gz"))
    assert row["reason"] == "larger than 0 MB"


def test_a_fault_of_the_cleaner_is_a_row(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(batch, "clean", fail)
    assert {row["reason"] for row in rows(invoke(folder))} == {"RecursionError: too deep"}


def test_a_row_without_a_path_keeps_its_id(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text('{"id": 4}\n[]\n')
    assert [row["id"] for row in rows(invoke("--manifest", tmp_path / "m.jsonl"))] == ["4", None]


def test_one_page_is_one_article_and_stdin_is_none(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_text(page())
    assert ": 1 article\n" in invoke(tmp_path / "x.html").stderr
    result = invoke("-")
    assert result.exit_code == 2
    assert "stdin is not read" in result.stderr


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ('<link rel="canonical" href="https://www.example.org/tram">', "https://www.example.org/tram"),
        ('<meta property="og:url" content="https://www.example.org/og">', "https://www.example.org/og"),
        ('<link rel="canonical" href="/tram">', None),
        ('<link rel="canonical" href="http://[bad">', None),
        ("", None),
    ],
)
def test_a_page_without_an_address_has_its_own(tmp_path: Path, head: str, url: str) -> None:
    (tmp_path / "x.html").write_text(page(head=head))
    (row,) = rows(invoke(tmp_path / "x.html"))
    assert row["url"] == url
    assert row["status"] == "article"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name files or folders of pages"),
        (["--manifest", "none.jsonl"], "there is no manifest none.jsonl"),
        (["empty"], "there are no pages (.html, .htm, .html.gz) in empty"),
        (["--jobs", "0", "empty"], "--jobs"),
        (["-f", "rtf", "empty"], "rtf"),
    ],
)
def test_what_cannot_be_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert sentence in result.stderr


def test_text_markdown_and_html(folder: Path) -> None:
    assert invoke("-f", "text", folder / "b.html").stdout == f"Beta\n\n{FIRST}\n\n{SECOND}\n"
    assert invoke("-f", "markdown", folder / "b.html").stdout == f"# Beta\n\n{FIRST}\n\n{SECOND}\n"
    assert invoke("-f", "html", folder / "b.html").stdout.startswith(
        f"<article>\n<h1>Beta</h1>\n<p>{FIRST}</p>"
    )
    several = invoke("-f", "text", folder / "a.htm", folder / "b.html").stdout
    assert f"==> {folder}/b.html <==\n\nBeta\n" in several


def test_pages_are_not_held(tmp_path: Path) -> None:
    """The next page is asked for when the one before is out."""
    (tmp_path / "x.html").write_text(page())
    asked = 0

    def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield Task(id=str(asked), path="x.html", file=tmp_path / "x.html")

    results = clean_pages(endless(), jobs=1)
    for _ in range(100):
        next(results)
    assert asked == 100


@pytest.mark.slow
def test_a_page_that_kills_its_process_is_a_row(tmp_path: Path) -> None:
    """In a program of its own, whose workers find a cleaner that dies at a page's word."""
    for number in range(batch.WORTH_PROCESSES + 4):
        (tmp_path / f"{number:02}.html").write_text(page("die" if number == 20 else str(number)))
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys\n"
        "from pathlib import Path\n"
        "from crawler import batch\n"
        "true = batch.clean\n"
        "def clean(page):\n"
        "    if b'<h1>die' in page.body: os._exit(9)\n"
        "    return true(page)\n"
        "batch.clean = clean\n"
        "if __name__ == '__main__':\n"
        "    tasks = batch.tasks_of(Path(sys.argv[1]))\n"
        "    for result in batch.clean_pages(tasks, jobs=2):\n"
        "        print(result.task.id, result.status, result.reason)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path)],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [f"{n:02}" for n in range(batch.WORTH_PROCESSES + 4)]
    assert lines[20] == "20 error the page brought its process down"
    assert sum(" article " in line for line in lines) == len(lines) - 1


@pytest.mark.slow
def test_two_processes_write_what_one_does(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.html").write_text(page(f"Story {number}") if number % 7 else "no page")
    command = [sys.executable, "-m", "crawler.cli", "extract", str(tmp_path), "--jobs"]
    root = Path(__file__).parents[2]
    one, two = (
        subprocess.run([*command, jobs], cwd=root, capture_output=True, timeout=120, check=True)
        for jobs in ("1", "2")
    )
    assert one.stdout == two.stdout
    found = [json.loads(line) for line in two.stdout.split(b"\n")[:-1]]
    assert [row["id"] for row in found] == [f"{number:02}" for number in range(60)]
    assert b"60 pages in " in two.stderr
    assert b"9 unreadable" in two.stderr


def test_names_lose_their_endings(tmp_path: Path) -> None:
    for name in ("a.HTML", "b.html.gz", "c.htm", "d.html.html"):
        (tmp_path / name).write_text(page())
    assert [task.id for task in tasks_of(tmp_path)] == ["a", "b", "c", "d.html"]
    assert [task.id for task in tasks_of(tmp_path / "c.htm")] == ["c"]


def test_an_empty_manifest_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_bytes(b"")
    assert list(tasks_in(tmp_path / "m.jsonl")) == []
    result = invoke("--manifest", tmp_path / "m.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.startswith("0 pages in ")


# What pages of a site have in common

PROMPT = (
    "Every reader of the Courier has a vote in the great contest of the bakers, and the winner gets a cake."
)


def courier(number: int) -> str:
    place = ("harbour", "school", "library", "hospital", "market", "theatre")[number]
    return page(f"The {place} will move").replace(
        f"<p>{FIRST}</p><p>{SECOND}</p>",
        f"<p>The {place} is to leave the old town by the summer, and nobody in the {place} knows it.</p>"
        f"<p>{PROMPT}</p><p>For {number + 2} years the council had looked for another {place}, it says, and "
        f"has found none that is as large as the {place} of today.</p>",
    )


@pytest.fixture
def couriers(tmp_path: Path) -> Path:
    pages = tmp_path / "courier"
    pages.mkdir()
    for number in range(6):
        (pages / f"{number}.html").write_text(courier(number))
    return pages


def test_what_all_pages_of_a_folder_have_is_not_their_story(couriers: Path) -> None:
    assert all(PROMPT in row["text"] for row in rows(invoke(couriers)))
    learned = invoke(couriers, "--learn")
    assert not any(PROMPT in row["text"] for row in rows(learned))
    removed = [cut for row in rows(learned) for cut in row["removed"] if cut["text"] == PROMPT]
    assert {cut["by"] for cut in removed} == {"memory:text"}
    assert {cut["why"] for cut in removed} == {"This text stands on nearly all articles of the site."}
    assert "1 site learned" in learned.stderr


def test_pages_are_learned_by_their_site(couriers: Path, tmp_path: Path) -> None:
    manifest = tmp_path / "m.jsonl"
    sites = ["courier.example", "courier.example", *(f"other{number}.example" for number in range(4))]
    manifest.write_text(
        "".join(
            json.dumps({"id": n, "path": f"courier/{n}.html", "url": f"https://{site}/the-news-of-{n}"})
            + "\n"
            for n, site in enumerate(sites)
        )
    )
    assert all(PROMPT in row["text"] for row in rows(invoke("--manifest", manifest, "--learn")))


def test_learning_does_not_mind_what_cannot_be_read(couriers: Path) -> None:
    (couriers / "x.html").write_bytes(b"%PDF-1.7")
    assert [row["status"] for row in rows(invoke(couriers, "--learn"))] == ["article"] * 6 + ["error"]


@pytest.mark.slow
def test_learning_in_two_processes_comes_to_the_same(tmp_path: Path) -> None:
    for folder in range(5):
        (tmp_path / str(folder)).mkdir()
        for number in range(6):
            (tmp_path / str(folder) / f"{number}.html").write_text(courier(number))
    command = [sys.executable, "-m", "crawler.cli", "extract", "--learn", str(tmp_path), "--jobs"]
    root = Path(__file__).parents[2]
    one, two = (
        subprocess.run([*command, jobs], cwd=root, capture_output=True, timeout=120, check=True)
        for jobs in ("1", "2")
    )
    assert one.stdout == two.stdout
    assert b"5 sites learned" in two.stderr
