"""``copydesk serve`` as a process: what it says, when it refuses, how it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("datasette", reason="the reading room is an extra: pip install 'copydesk[serve]'")

from crawler.cli import main
from crawler.cli.serve import _address, _called
from crawler.home import Home
from exporters.store import Store, example


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.sources.mkdir()
    with Store.open(home.database) as store:
        example.fill(store)
    return home


def serve(home: Home, *options: str) -> Result:
    return CliRunner().invoke(main, ["--home", str(home.path), "serve", *options])


@pytest.mark.slow
def test_it_opens_reads_and_ends_with_ctrl_c(home: Home) -> None:
    command = [sys.executable, "-m", "crawler.cli", "--home", str(home.path), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:")
        with urlopen(address) as response:
            assert "Storm takes the roof of a school" in response.read().decode()
        with Store.open(home.database) as store:
            store.begin_run(now=example._START, version="a writer is not kept out")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 0
    assert said == "The reading room is open. Ctrl-C ends it.\n"


def test_a_port_that_is_taken(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = serve(home, "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr == f"copydesk: port {port} is in use; name another one with --port, or 0 for any\n"


def test_a_host_that_is_not_this_machine(home: Home) -> None:
    result = serve(home, "--host", "192.0.2.1")
    assert result.exit_code == 2
    assert "no address of this machine" in result.stderr


def test_no_dataset_yet(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    result = serve(Home(tmp_path))
    assert result.exit_code == 3
    assert "no dataset there yet" in result.stderr
    assert not (tmp_path / "news.db").exists()


def test_no_home(tmp_path: Path) -> None:
    result = serve(Home(tmp_path / "nowhere"))
    assert result.exit_code == 2
    assert "copydesk init" in result.stderr


def test_a_dataset_of_a_newer_version(home: Home) -> None:
    with Store.open(home.database) as store, store.transaction():
        store.db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('copydesk', '9999_new', 'x')"
        )
    result = serve(home)
    assert result.exit_code == 3
    assert "written by a newer Copydesk (9999_new)" in result.stderr


def test_without_the_extra(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("crawler.room")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("datasette", "datasette.app"):
        monkeypatch.setitem(sys.modules, name, None)
    result = serve(home)
    assert result.exit_code == 2
    assert result.stderr == (
        "copydesk: the reading room needs Datasette: `pip install 'copydesk[serve]'` brings it.\n"
    )


@pytest.mark.parametrize(
    ("host", "names", "address"),
    [
        ("127.0.0.1", {"127.0.0.1"}, "http://127.0.0.1:8001/"),
        ("::1", {"[::1]"}, "http://[::1]:8001/"),
        ("0.0.0.0", set(), "http://127.0.0.1:8001/"),
        ("Desk", {"desk"}, "http://Desk:8001/"),
    ],
)
def test_the_names_of_an_address(host: str, names: set[str], address: str) -> None:
    assert _called(host) == names
    assert _address(host, 8001) == address
