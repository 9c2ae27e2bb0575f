"""The box for a person's own words, the same on every page: what it costs, what is unusual, saved words.

A page that has the box says with :func:`page_with_box` how it is drawn again when the words were not taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID, uuid4

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from handlers.access import works
from handlers.console import words
from handlers.console.blueprint import console
from handlers.console.desk import actor, back, names, say, sentence
from scheduler.advising import Advice, advise
from scheduler.booking import BadField
from scheduler.replying import Overtaken, Reply, reply
from scheduler.saved_replies import fill
from store.addressees import Addressee, conversation_addressed, patient_addressed
from store.saved_replies import saved_replies, saved_reply
from store.tables import SavedReply

FIND = {"patients": patient_addressed, "inbox": conversation_addressed}
#: What is typed may be longer than a text; that it is too long is said, nothing is cut off.
LONGEST_TYPED = 5000
_Page = Callable[[UUID, "Box"], str]
_PAGES: dict[str, _Page] = {}
_P = TypeVar("_P", bound=_Page)


@dataclass(frozen=True)
class Box:
    """What was typed stays in it, beside why it was refused. ``overtaken``: somebody was faster."""

    nonce: str = field(default_factory=lambda: str(uuid4()))
    body: str = ""
    problem: str = ""
    overtaken: bool = False


@dataclass(frozen=True)
class Writing:
    """The box as it is shown: to whom, where its forms go, what is to be said beside it."""

    kind: str
    who: str
    to: Addressee
    box: Box
    advice: Advice
    saved: Sequence[SavedReply]

    def url(self, action: str) -> str:
        """Where the form goes: to reply, to weigh the words, to pick saved ones."""
        return url_for(f"console.{action}", kind=self.kind, who=self.who)


def page_with_box(kind: str) -> Callable[[_P], _P]:
    """Marks the function that draws the page of this kind with a box as it stands."""

    def marked(page: _P) -> _P:
        _PAGES[kind] = page
        return page

    return marked


def writing(db: Session, kind: str, who: str, box: Box) -> Writing:
    """The box for one page. 404 when there is nobody of that id."""
    to = FIND[kind](db, who) or abort(404)
    advice = advise(db, to, box.body, words.now())
    return Writing(kind, who, to, box, advice, saved_replies(db))


@console.post("/<any(patients, inbox):kind>/<uuid:who>/reply")
def send_reply(kind: str, who: UUID) -> ResponseReturnValue:
    """A person's own words. The form's nonce makes a double click one text."""
    body, seen = request.form.get("body", ""), request.form.get("seen", type=int)
    try:
        nonce = str(UUID(request.form.get("nonce", "")))
        reply(works(), Reply(str(who), body, nonce, kind == "inbox", seen), actor())
    except BadField as error:
        return _again(kind, who, Box(body=body, problem=sentence(*error.problems.popitem())))
    except Overtaken as error:
        return _again(kind, who, Box(body=body, problem=_who_was_faster(error.by), overtaken=True))
    except (ValueError, LookupError) as error:
        abort(404 if isinstance(error, LookupError) else 400)
    say("On its way")
    return back(f"/{kind}/{who}")


def _again(kind: str, who: UUID, box: Box) -> ResponseReturnValue:
    return _PAGES[kind](who, box), 422


def _who_was_faster(by: str | None) -> str:
    if by is None:
        return "Not sent yet: she wrote meanwhile. Read it above, then send yours or change it"
    with works().database.reading() as db:
        name = names(db).get(by, by)
    who = (
        "You wrote to her meanwhile, in another window" if name == "you" else f"{name} wrote to her meanwhile"
    )
    return f"Not sent yet: {who}. Read it above, then send yours or change it"


@console.post("/<any(patients, inbox):kind>/<uuid:who>/weigh")
def weigh(kind: str, who: UUID) -> ResponseReturnValue:
    """What the words in the box would cost, and what is unusual about them, as they stand."""
    box = Box(body=request.form.get("body", "")[:LONGEST_TYPED])
    with works().database.reading() as db:
        return render_template("parts/weight.html", writing=writing(db, kind, str(who), box))


@console.post("/<any(patients, inbox):kind>/<uuid:who>/pick")
def pick(kind: str, who: UUID) -> ResponseReturnValue:
    """Saved words go into the box, behind what is typed already; nothing is sent."""
    typed = request.form.get("body", "").rstrip()[:LONGEST_TYPED]
    with works().database.reading() as db:
        to = FIND[kind](db, str(who)) or abort(404)
        kept = saved_reply(db, request.form.get("saved", ""))
        body = "\n".join(filter(None, (typed, fill(works(), kept, to) if kept else "")))
        box = Box(body=body, problem="" if kept else "Somebody removed these words meanwhile")
        if request.headers.get("HX-Request"):
            return render_template("parts/compose.html", writing=writing(db, kind, str(who), box))
    return _PAGES[kind](who, box)


@console.post("/segments")
def segments() -> ResponseReturnValue:
    """What the text in a box would cost, as it stands; for boxes that are to nobody of ours."""
    body = request.form.get("body", "")
    return words.parts(body) if body else ""
