"""One wording: what it says in every language, who approved which version, which texts carried it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from care.moments import say_when
from care.protocol import Step
from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, names, opted_out, place
from handlers.console.protocols import DECIDE, today_at, topics_of
from handlers.console.roles import may
from messages.difference import Stretch, difference
from messages.proofreading import LANGUAGES, Before, read_over
from messages.render import RenderError, render
from messages.samples import sample_values
from messages.segments import count, fold
from messages.wording import Kind, Wording
from scheduler.approving import REVIEW_IN
from scheduler.standing import Standing, Version, standings, versions
from scheduler.words import place_values
from store.accounts import approvers
from store.rulings import rulings_on
from store.said import said_by_version, texts_saying
from store.tables import Location, Proposal

#: Texts on one page of those that carried a version.
PAGE = 50


@dataclass(frozen=True)
class OnThePhone:
    """A text as her phone would show it, filled with sample values, and what it costs."""

    language: str
    body: str
    cost: str
    folded: str = ""  #: what it would cost without accents, where that is less


def on_the_phone(text: str, language: str, here: Location) -> OnThePhone:
    """The text filled in; as it was typed while it cannot be filled."""
    values = {**sample_values(here.clinic, language), **place_values(here, language)}
    try:
        body = render(text, values)
    except RenderError:
        body = text
    shown = fold(body) if works().fold_accents else body
    plain = count(fold(shown)).parts
    folded = words.count_of(plain, "text") if plain < count(shown).parts else ""
    return OnThePhone(language, shown, words.parts(shown), folded)


def phones(texts: Mapping[str, str], here: Location) -> list[OnThePhone]:
    """The same in every language it is there in, side by side."""
    return [on_the_phone(texts[one], one, here) for one in LANGUAGES if one in texts]


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, tuple[Stretch, ...]]:
    """What changed, by language; languages that read the same are left out."""
    both = [one for one in LANGUAGES if old.get(one, "") != new.get(one, "")]
    return {one: difference(old.get(one, ""), new.get(one, "")) for one in both}


def standing_or_404(db: Session, name: str) -> Standing:
    """How a wording stands."""
    return standings(db, works()).get(name) or abort(404)


def before_of(standing: Standing) -> Before:
    """What new words for it would take the place of."""
    return Before(standing.shipped, works().catalog)


@console.get("/protocols/wordings/<name>")
def wording(name: str) -> ResponseReturnValue:
    """The whole page."""
    with works().database.reading() as db:
        here, _ = place(db)
        standing = standing_or_404(db, name)
        return render_template(
            "console/wording.html",
            one=standing,
            wording=standing.wording,
            phones=phones(standing.wording.texts, here),
            versions=versions(db, name),
            rulings=rulings_on(db, name),
            said=said_by_version(db, name),
            zone=here.timezone,
            today=today_at(here.timezone),
            names=names(db),
            review_in=REVIEW_IN,
            may_decide=may(DECIDE),
            **_how_said(standing.wording),
            **_proposal(db, standing, here),
        )


def _proposal(db: Session, standing: Standing, here: Location) -> dict[str, Any]:
    """The version that waits: what it changes, what was found in it, and whether this person may decide."""
    waits: Proposal | None = standing.waiting
    if waits is None:
        return {"waits": None}
    own = works().two_people and waits.written_by == actor()
    others = [one.name for one in approvers(db) if not works().two_people or one.username != waits.written_by]
    return {
        "waits": waits,
        "waits_phones": phones(waits.texts, here),
        "changes": compare(standing.wording.texts, waits.texts),
        "proof": read_over(before_of(standing), waits.texts, here.clinic),
        "own": own,
        "others": others,
    }


def _how_said(one: Wording) -> dict[str, Any]:
    """When, or in answer to what, it is said."""
    catalog = works().catalog
    topics = [topic for asked in catalog.answers_for.values() for topic in topics_of(one.id, asked)]
    instead = catalog.wordings.get(one.until_approved or "") if not one.on else None
    stands_in = [
        other for other in catalog.wordings.values() if not other.on and other.until_approved == one.id
    ]
    return {
        "uses": list(_uses(one)) if one.kind is Kind.TIMED else [],
        "topics": list({topic.name: topic for topic in topics}.values()),
        "instead": instead,
        "stands_in": [] if one.kind is not Kind.REPLY else stands_in,
    }


def _uses(one: Wording) -> Iterator[tuple[str, Step, str]]:
    """(protocol, step, when) of each step that says it."""
    for name, protocol in works().catalog.protocols.items():
        for step in protocol.steps:
            for number, rung in enumerate(step.ladder):
                if one.id in (rung.text.default, *rung.text.by_value.values()):
                    late = "Once its usual words are too late; until " if number else ""
                    until = say_when(rung.useful_until)
                    yield name, step, f"{late}{until[:1].lower()}{until[1:]}" if late else say_when(step.at)


@console.get("/protocols/wordings/<name>/compare")
def compare_versions(name: str) -> ResponseReturnValue:
    """The difference between any two versions; without a choice, of the newest and what came before."""
    with works().database.reading() as db:
        here, _ = place(db)
        standing = standing_or_404(db, name)
        known = versions(db, name)
        new, old = _chosen(known, standing)
        return render_template(
            "console/compare.html",
            one=standing,
            wording=standing.wording,
            versions=known,
            old=old,
            new=new,
            changes=compare(old.texts, new.texts),
            zone=here.timezone,
            names=names(db),
        )


def _chosen(known: Sequence[Version], standing: Standing) -> tuple[Version, Version]:
    by_key = {one.key: one for one in known}
    new = by_key.get(request.args.get("new", ""), known[0])
    said = next((one for one in known if one.version == standing.wording.version and one is not new), None)
    old = by_key.get(request.args.get("old", ""), said or known[min(1, len(known) - 1)])
    return new, old


@console.get("/protocols/wordings/<name>/versions/<key>")
def wording_version(name: str, key: str) -> ResponseReturnValue:
    """One version as it was, and the texts that carried it, the latest first."""
    page = max(request.args.get("page", 1, type=int), 1)
    with works().database.reading() as db:
        here, _ = place(db)
        standing = standing_or_404(db, name)
        found = _version(versions(db, name), key) or abort(404)
        texts = texts_saying(db, name, found.version, (page - 1) * PAGE, PAGE + 1)
        return render_template(
            "console/version.html",
            one=standing,
            wording=standing.wording,
            version=found,
            phones=phones(found.texts, here),
            texts=texts[:PAGE],
            page=page,
            more=len(texts) > PAGE,
            said=said_by_version(db, name).get(found.version),
            out=opted_out(db, {text.mobile for text in texts}),
            names=names(db),
            zone=here.timezone,
        )


def _version(known: Sequence[Version], key: str) -> Version | None:
    """By its number, or by the hash that a sent text recorded."""
    return next((one for one in known if key in (one.key, one.version)), None)
