"""What a reader would call the same text has the same hash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.fingerprint import content_hash

STORY = "The council met on Monday.\n\nIt decided to keep 12 of the trees."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("A story.\n\n12 comments", "A story.\n\n13 comments"),
        ("A story.\n\nComments (4)", "A story.\n\nComments (1,204)"),
        ("A story.\n\n2 hours ago", "A story.\n\n3 hours ago"),
        ("Ein Text.\n\nvor 2 Stunden", "Ein Text.\n\nvor 15 Minuten"),
        ("Ein Text.\n\n7 Kommentare", "Ein Text.\n\n8 Kommentare"),
        ("Un texte.\n\nil y a 3 heures", "Un texte.\n\nil y a 1 heure"),
        ("Un texto.\n\nhace 3 horas", "Un texto.\n\nhace 4 horas"),
        ("A  story.\n\n\nIt ends.", "A story. It ends."),
        ("A story.\n\nan hour ago", "A story.\n\njust now"),
        ("Ein Text.\n\nvor einer Stunde", "Ein Text.\n\ngerade eben"),
        ("Un texte.\n\nil y a une heure", "Un texte.\n\nà l'instant"),
        ("A story\u00a0of bees.", "A story of\u200b bees."),
    ],
)
def test_what_passes_does_not_count(before: str, after: str) -> None:
    assert content_hash("Bees", before) == content_hash("Bees", after)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Bees", STORY.replace("Monday", "Tuesday")),
        ("Bees", STORY.replace("12 of", "13 of")),
        ("Bees", STORY + "\n\n" + "It had 12 comments to hear, " * 8),
        ("Wasps", STORY),
        (None, STORY),
        ("Bees", ""),
    ],
)
def test_what_is_told_counts(title: str | None, text: str) -> None:
    assert content_hash(title, text) != content_hash("Bees", STORY)


def test_title_and_text_do_not_run_together() -> None:
    assert content_hash("a b", "c") != content_hash("a", "b c")


@given(st.text(max_size=200))
def test_white_space_never_counts(text: str) -> None:
    assert content_hash(None, text) == content_hash(None, f"  {text} \n")
    assert len(content_hash(None, text)) == 64


def test_the_digest_is_known() -> None:
    """A change of this value makes every stored article a revision."""
    assert content_hash("Bees", STORY) == "30137046d8096f7b7c88d997484d1960c255aa5ac4b4c9b385bdd8892130c414"


@pytest.mark.parametrize(
    "counted",
    """comment comments reply replies views shares likes reactions votes Kommentar Kommentare Kommentaren
    Aufrufe Leserkommentare Beiträge commentaires partages vues réactions comentarios compartidos visitas
    lecturas comentários partilhas visualizações commenti condivisioni visualizzazioni reacties komentarzy
    komentarze kommentarer""".split(),
)
def test_every_counter_passes(counted: str) -> None:
    assert content_hash(None, f"3 {counted}") == content_hash(None, f"1.204 {counted}")
    assert content_hash(None, f"3 {counted.upper()}") == content_hash(None, f"1.204 {counted.upper()}")


@pytest.mark.parametrize(
    "line",
    ["vor {} Stunden", "il y a {} heures", "il\u00a0y\u00a0a {} min", "hace {} días", "há {} horas",
     "há\u00a0{} horas", "{} ore fa", "{} ore\u00a0fa", "{} hours ago", "{} uur geleden"],
)  # fmt: skip
def test_every_age_passes(line: str) -> None:
    assert content_hash(None, line.format(2)) == content_hash(None, line.format(17))
