"""The rules that ship: each behaves in each of its languages, and a story about their subject survives."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.boilerplate.rules import HEADLINE, Rule, Rules, builtin, example_blocks, read, unmet
from pipelines.resources import packaged

LANGUAGES = {"de", "en", "es", "fr", "it", "pt"}
TOPICS = {
    "books-and-affiliates",
    "comments",
    "cookies-and-consent",
    "credits",
    "donations-and-subscriptions",
    "house-promotions",
    "job-ads",
    "legal-footers",
    "newsletters-and-apps",
    "read-also",
    "search-engines",
    "share-and-follow",
}
EACH = [
    pytest.param(rule, code, id=f"{rule.name}-{code}") for rule in builtin().rules for code in rule.languages
]


def test_every_topic_is_there() -> None:
    assert {rule.topic for rule in builtin().rules} == TOPICS
    assert {file.stem for file in packaged("rules").glob("*.toml")} == TOPICS


@pytest.mark.parametrize("rule", builtin().rules, ids=lambda rule: rule.name)
def test_every_rule_speaks_the_six_languages(rule: Rule) -> None:
    assert set(rule.languages) >= LANGUAGES
    assert not rule.name[-1].isdigit()


@pytest.mark.parametrize(("rule", "language"), EACH)
def test_drops_what_it_says(rule: Rule, language: str) -> None:
    alone = Rules([rule])
    assert rule.drops[language]
    for example in rule.drops[language]:
        blocks = example_blocks(example)
        matches = alone.match(blocks, title=HEADLINE)
        assert all(matches), example
        assert {match.rule for match in matches if match} == {rule.name}


@pytest.mark.parametrize(("rule", "language"), EACH)
def test_keeps_what_it_says(rule: Rule, language: str) -> None:
    assert rule.keep[language]
    for example in rule.keep[language]:
        blocks = example_blocks(example)
        assert builtin().match(blocks, title=HEADLINE)[-1] is None, example


def test_the_command_finds_nothing_wrong_either() -> None:
    rules, problems = read([packaged("rules")])
    assert problems == []
    assert unmet(Rules(rules)) == []


STORIES = [
    "Der Verlag stellt seinen Newsletter ein, den zuletzt 40.000 Menschen abonniert hatten.",
    "Die Zahl der Stellenangebote sank im Mai, vor allem im Handel und auf dem Bau.",
    "Auf der Plattform werden künftig alle Kommentare von Freiwilligen moderiert.",
    "Die Seite verwendet Cookies, um Nutzer zu verfolgen, klagen die Verbraucherschützer vor Gericht.",
    "She asked readers to sign up for the paper's newsletter, and nine of them did.",
    "The ministry said that all comments will be read before the law is passed.",
    "Job ads for nurses doubled in a year, the hospital association said.",
    "The site uses cookies that track children, the complaint says, without asking their parents.",
    "La empresa cerró su boletín, al que estaban suscritas 40.000 personas.",
    "Las ofertas de empleo en hostelería se duplicaron en un año, según la patronal.",
    "La revue supprime sa lettre d'information, que lisaient 40 000 personnes.",
    "Les commentaires seront lus par des bénévoles, a promis le ministère.",
    "La rivista chiude la newsletter, letta da 40.000 persone.",
    "I commenti saranno letti da volontari, ha promesso il ministero.",
    "A revista encerra a newsletter, lida por 40 mil pessoas.",
    "Os comentários serão lidos por voluntários, prometeu o ministério.",
]


@pytest.mark.parametrize("sentence", STORIES)
def test_a_story_about_it_survives(sentence: str) -> None:
    assert builtin().match(example_blocks(sentence)) == [None]


def test_a_page_of_prompts_in_the_storys_own_tags() -> None:
    story = [
        "BERLIN (xyz) – Die Stadt hat am Montag die Sanierung der Hafenbrücke beschlossen.",
        "Die Arbeiten sollen im Frühjahr beginnen und vier Jahre dauern, teilte die Verwaltung mit.",
    ]
    prompts = [
        "- [Die besten Bücher rund um Brücken & Tunnel!]",
        "- [Die besten Bau-News kostenlos per eMail bekommen!]",
        "- [Zur Startseite von Beispiel für aktuelle Bau-News!]",
        "- [Beispiel kostenlos auf Patreon unterstützen!]",
        "- [Aktuelle Bau-Jobs finden und bewerben!]",
        "### Stellenangebote",
        "[Bauleiter Tiefbau (m/w/d)]",
        "[Werkstudent Statik (m/w/d)]",
        'Hast du einen Hinweis oder eine Ergänzung zum Artikel "{title}"?',
        "Alle Kommentare werden von der Redaktion geprüft!",
        "Ihr wollt nichts mehr verpassen?",
        'Du möchtest über ähnliche News wie "{title}" informiert werden?',
        "Nutze die Google-Suche, um mehr zu finden: »{title}« bei Google oder Bing suchen.",
    ]
    blocks = example_blocks("\n".join([*story, *prompts]))
    matches = builtin().match(blocks, title=HEADLINE)
    assert [match is None for match in matches] == [True] * len(story) + [False] * len(prompts)


def test_the_page_in_the_documentation_is_sound(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
    file = tmp_path / "surveys.toml"
    file.write_text(page.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    rules, problems = read([packaged("rules"), file])
    assert problems == []
    assert unmet(Rules(rules)) == []
    assert {rule.name for rule in rules if rule.topic == "surveys"} == {"survey-prompt", "survey-section"}
