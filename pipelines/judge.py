"""Is the page an article, or why not? Pure.

Recall first: a wrongly rejected story is worse than a stub let in. In order: what the answer's status says;
pages that stand in the way (challenge, consent, login, paywall), soft 404s and empty ones, all of which
hold little text; a page that declares itself a news story and holds one; and last, by its shape, another
kind of page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipelines.document import Document
from pipelines.metadata import Metadata
from pipelines.pagekind import KindModel, features, model
from pipelines.segment import Block
from pipelines.types import Status

__all__ = ["judge"]

#: Below this chance a page is no article: 98.5 of 100 articles of the corpus lie above, cross-validated.
ARTICLE_CHANCE: Final = 0.2
#: A line that breaks off, as teasers do.
_BROKEN_OFF: Final = re.compile(r"(?:…|\.\.\.)\W*(?:\w+\W+){0,3}\w*\W*$")
#: Characters; shorter lines are headlines, dates and names.
_TEASER: Final = 90
#: Words. A story has more than STORY, a stub fewer than STUB; under SHORTEST nothing is one.
STORY: Final = 120
STUB: Final = 90
SHORTEST: Final = 20

_NEWS: Final = frozenset(
    ("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
        "BackgroundNewsArticle", "LiveBlogPosting")
)  # fmt: skip
_ARTICLES: Final = _NEWS | {"Article", "BlogPosting", "ReviewNewsArticle", "Report"}

_CHALLENGE: Final = re.compile(
    r"just a moment\.\.\.|checking (?:your browser|if the site connection is secure)"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|are you a (?:ro)?bot"
    r"|enable javascript and cookies to continue|attention required!|ddos protection by"
    r"|pardon our interruption|unusual (?:traffic|activity) from"
    r"|complete the (?:captcha|security check)|performance (?:&|and) security by cloudflare|press (?:&"
    r"|and) hold|access to this page has been denied"
    r"|you have been blocked|sicherheitsüberprüfung|ich bin kein roboter|bist du ein (?:mensch|roboter)"
    r"|sind sie ein (?:mensch|roboter)|vérifi(?:er|cation) que vous (?:n'êtes pas un robot|êtes humain)"
    r"|verifica(?:r)? que (?:eres humano|no eres un robot)|non sei un robot"
    r"|request (?:unsuccessful\. incapsula|blocked)|^access denied",
    re.IGNORECASE | re.MULTILINE,
)
_CONSENT: Final = re.compile(
    r"(?:we|our partners|wir|unsere partner|nous|nos partenaires|nosotros|noi)\b.{0,120}\b(?:cookies?"
    r"|consent|einwilligung|consentement|consentimiento|consenso)"
    r"|we value your privacy|before you continue|bevor sie fortfahren|avant de continuer|antes de continuar"
    r"|prima di continuare|mit werbung (?:weiterlesen|und tracking)"
    r"|zustimmen und weiter|akzeptieren und weiter|alle akzeptieren|accept all|tout accepter|aceptar (?:todo"
    r"|y continuar)|accetta (?:tutto|e continua)"
    r"|(?:pur|contentpass)-?abo|datenschutzeinstellungen|privacy (?:settings|preferences|center)"
    r"|cookie[- ](?:einstellungen|settings|policy|richtlinie|consent)"
    r"|(?:einwilligung|zustimmung)\b.{0,60}\b(?:freiwillig|widerruf|cookies?)"
    r"|personenbezogene[rn]? daten|personalisierte[rn]? (?:werbung|anzeigen)|berechtigten? interesse"
    r"|personal data|personali[sz]ed (?:ads|advertising|content)|legitimate interest"
    r"|données (?:personnelles|à caractère personnel)|publicités? personnalisée|intérêt légitime"
    r"|datos personales|publicidad personalizada|interés legítimo"
    r"|dati personali|pubblicità personalizzata|legittimo interesse"
    r"|dados pessoais|publicidade personalizada|interesse legítimo",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    r"^(?:please )?(?:log|sign)[- ]?in\b|^(?:bitte )?(?:anmelden|einloggen|anmeldung)\b|^login\b"
    r"|^(?:se )?connecter|^connexion\b|^iniciar sesión|^accedi\b|^iniciar sessão|^inloggen",
    re.IGNORECASE,
)
_NOT_FOUND: Final = re.compile(
    r"^(?:(?:error|fehler|http)\W{0,3})?404\b|\b404\W{0,3}(?:error|not found|fehler)|(?:page|article|seite"
    r"|artikel|story|post|content|beitrag)(?: you(?:'re| are) looking for| requested)?"
    r" (?:was |could |wurde |konnte )?(?:not (?:be )?found|nicht gefunden|no longer (?:exists|available)"
    r"|existiert nicht)|page (?:doesn[’']t|does not) exist|not found$|nicht (?:mehr )?(?:gefunden|verfügbar)$"
    r"|page (?:introuvable|non trouvée)|página no encontrada|no se ha encontrado|pagina non trovata"
    r"|página não encontrada|pagina niet gevonden|sidan (?:hittades inte|kunde inte hittas)"
    r"|siden (?:ble|blev) ikke funnet|nie znaleziono|sayfa bulunamadı|ページが見つかりません"
    r"|oops|hoppla|huch",
    re.IGNORECASE,
)
_PAYWALL: Final = re.compile(
    r"subscribe (?:now )?to (?:continue|read|unlock)|to (?:continue|keep) reading|already a subscriber"
    r"|subscribers? only|for subscribers|this (?:article|content|story) is (?:exclusive|reserved"
    r"|only available)"
    r"|(?:unlock|get unlimited) (?:this article|access)|jetzt (?:weiterlesen|abonnieren|testen)"
    r"|weiterlesen mit|(?:exklusiv )?für abonnent|sie (?:haben|sind) bereits (?:ein abo|abonnent)"
    r"|diesen artikel (?:jetzt )?(?:weiter)?lesen"
    r"|réservé aux abonnés|déjà abonné|pour lire la suite|abonnez-vous|solo para suscriptores|(?:contenido"
    r"|noticia) exclusiv|suscríbete para|per gli abbonati|sei già abbonato|abbonati per"
    r"|exclusivo para assinantes|já é assinante"
    r"|alleen voor abonnees|al abonnee|kun for abonnenter|bli abonnent|du behöver vara prenumerant"
    r"|tylko dla (?:subskrybentów|prenumeratorów)",
    re.IGNORECASE,
)
_SCRIPTLESS: Final = re.compile(
    r"(?:enable|activate|turn on|requires?|need(?:s)?) java ?script|java ?script (?:is (?:disabled|required"
    r"|not enabled)|aktivieren|muss|deaktiviert)|activer (?:le )?javascript|(?:habilit"
    r"|activ)[ae]r? (?:el )?javascript"
    r"|abilita(?:re)? javascript|ative o javascript",
    re.IGNORECASE,
)
_STATUSES: Final = {
    401: "login",
    402: "paywall",
    403: "challenge",
    404: "not_found",
    410: "not_found",
    429: "challenge",
    503: "challenge",
}


def judge(
    *,
    document: Document,
    blocks: Sequence[Block],
    kept: Sequence[bool],
    text: str,
    metadata: Metadata,
    http_status: int = 200,
    kinds: KindModel | None = None,
) -> tuple[Status, str | None]:
    """("article", None) or ("rejected", reason). ``kept``: one a block. ``text``: the composed story.
    ``kinds``: other weights than the shipped ones."""
    reason = (
        _by_status(http_status)
        or _standing_in_the_way(document, blocks, text, metadata)
        or _another_kind(document, blocks, kept, text, metadata, kinds or model())
    )
    return ("rejected", reason) if reason else ("article", None)


def _by_status(status: int) -> str | None:
    return _STATUSES.get(status, "error") if status >= 400 else None


def _standing_in_the_way(
    document: Document, blocks: Sequence[Block], text: str, metadata: Metadata
) -> str | None:
    words = count_words(text)
    if words >= STORY:
        return None
    shown = [block.text for block in blocks if block.kind not in ("image", "embed")]
    title = metadata.title or ""
    whole = "\n".join((title, *shown))[:20_000]
    size = len(whole)
    if size < 3_000 and _CHALLENGE.search(whole):
        return "challenge"
    if _NOT_FOUND.search(title[:120]) or (
        size < 1_500 and any(_NOT_FOUND.search(line[:120]) for line in shown[:4])
    ):
        return "not_found"
    if _is_consent(whole, text, words, metadata):
        return "consent"
    if _LOGIN.search(title) or (words < STUB and size < 2_500 and _asks_password(document)):
        return "login"
    if words < STUB and metadata.accessible_for_free is False:
        return "paywall"
    if words < STUB // 2 and not _declared_story(metadata) and _PAYWALL.search(whole):
        return "paywall"
    if words < SHORTEST:
        if "VideoObject" in metadata.types or (metadata.og_type or "").startswith("video"):
            return "video"
        if size < 800 and (
            _SCRIPTLESS.search(whole) or _SCRIPTLESS.search(_noscript(document)) or _is_shell(document)
        ):
            return "needs_javascript"
        if not any(line.strip() for line in shown):
            return "empty"
        return "too_short"
    is_video = (metadata.og_type or "").startswith("video") or metadata.types[:1] == ("VideoObject",)
    return "video" if is_video and words < STUB // 2 and not _declared_story(metadata) else None


def count_words(text: str) -> int:
    """Words; in scripts without blanks, pairs of characters count as one."""
    count = len(text.split())
    if count * 12 < len(text):
        return max(count, sum(1 for char in text if ord(char) > 0x2E7F) // 2)
    return count


def _is_consent(whole: str, text: str, words: int, metadata: Metadata) -> bool:
    """A page that holds a consent request and hardly anything else."""
    found = sum(1 for _ in _CONSENT.finditer(whole[:6_000]))
    if not found or len(whole) > 8_000:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    rest = [line for line in lines if not _CONSENT.search(line)]
    left = sum(len(line.split()) for line in rest)
    if left < SHORTEST:
        return True
    return found >= 3 and len(rest) < len(lines) and words < STUB and not _declared_story(metadata)


def _declared_story(metadata: Metadata) -> bool:
    return not _ARTICLES.isdisjoint(metadata.types) and metadata.published is not None


def _asks_password(document: Document) -> bool:
    return any(field.get("type") == "password" for field in document.root.iter("input"))


def _noscript(document: Document) -> str:
    return " ".join(element.text or "" for element in document.root.iter("noscript"))[:2_000]


def _is_shell(document: Document) -> bool:
    """A body of scripts and one empty container that they fill."""
    body = document.root.find("body")
    if body is None:
        return False
    return any(
        e.get("id") in ("root", "app", "__next", "__nuxt", "app-root") for e in body.iter("div", "app-root")
    )


def _is_broken_off(line: str) -> bool:
    return ("…" in line or "..." in line) and _BROKEN_OFF.search(line) is not None


def _another_kind(
    document: Document,
    blocks: Sequence[Block],
    kept: Sequence[bool],
    text: str,
    metadata: Metadata,
    kinds: KindModel,
) -> str | None:
    if (
        not _NEWS.isdisjoint(metadata.types)
        and metadata.published
        and metadata.title
        and count_words(text) >= STUB // 2
    ):
        return None
    prose = [block.text for block in blocks if len(block.text) >= _TEASER and block.kind != "image"]
    if len(prose) >= 3 and sum(map(_is_broken_off, prose)) * 2 > len(prose):
        return "listing"
    chances = kinds.probabilities(features(document, blocks, kept, text, metadata))
    if chances["article"] >= ARTICLE_CHANCE:
        return None
    return max((kind for kind in chances if kind != "article"), key=lambda kind: chances[kind])
