"""texts.yaml, replies.yaml and answers.yaml, turned into wordings and topics."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import Field

from messages.problem import Findings
from messages.topics import Asked, TopicFile, merged
from messages.wording import Addition, Approval, Kind, Source, Topic, Wording, is_on, version_of
from messages.yaml_file import FileModel, Model, parse_list, shape

#: What a patient is told when there is no answer we may give: a person will.
HANDOFF = "handoff"

Entry = TypeVar("Entry", bound="WordingFile")

PageFact = Annotated[str, Field(pattern=r"^S\d+$")]


class ApprovalFile(FileModel):
    """Who signed these words, and when."""

    by: str = Field(min_length=2)
    on: date
    version: str | None = None

    def made(self) -> Approval:
        """As the catalog keeps it."""
        return Approval(self.by, self.on, self.version)


class WordsFile(FileModel):
    """Words of one source in each language."""

    source: Source
    en: str
    es: str | None = None
    pt: str | None = None
    approved: ApprovalFile | None = None

    def texts(self) -> dict[str, str]:
        """The words by language, without the languages that are not there."""
        said = {"en": self.en, "es": self.es, "pt": self.pt}
        return {language: text for language, text in said.items() if text}

    def approval(self) -> Approval | None:
        """The signature, if there is one."""
        return self.approved.made() if self.approved else None

    def is_on(self) -> bool:
        """Whether these words may leave."""
        return is_on(self.source, self.approval(), version_of(self.texts()))

    def addition(self) -> Addition:
        """These words as a sentence behind an answer."""
        return Addition(self.source, self.texts(), self.is_on(), self.approval())


class WordingFile(WordsFile):
    """What every entry of the three files has."""

    kind: ClassVar[Kind]
    id_key: ClassVar[str]

    code: str
    facts: tuple[PageFact, ...] = ()
    refs: tuple[str, ...] = ()
    until_approved: str | None = None
    in_emergency: str | None = None
    translation: Literal["draft"] | None = None
    reader: Literal["staff"] | None = None
    more: tuple[WordsFile, ...] = ()

    def wording(self, file: str, phrasings: tuple[str, ...] = ()) -> Wording:
        """As the catalog keeps it, with the approved additions in its texts."""
        additions = tuple(sentence.addition() for sentence in self.more)
        texts = _with_approved(self.texts(), additions)
        return Wording(
            id=getattr(self, self.id_key),
            code=self.code,
            kind=self.kind,
            source=self.source,
            texts=texts,
            version=version_of(texts),
            own_version=version_of(self.texts()),
            on=self.is_on(),
            facts=self.facts,
            refs=self.refs,
            approved=self.approval(),
            until_approved=self.until_approved,
            in_emergency=self.in_emergency or self.until_approved,
            additions=additions,
            draft_translation=self.translation == "draft",
            for_staff=self.reader == "staff",
            phrasings=phrasings,
            file=file,
        )


def _with_approved(texts: Mapping[str, str], additions: Iterable[Addition]) -> dict[str, str]:
    """Each text with the approved sentences, in its own language, behind it."""
    spoken = list(additions)
    return {
        language: " ".join([text, *(a.texts[language] for a in spoken if a.on and language in a.texts)])
        for language, text in texts.items()
    }


class TextFile(WordingFile):
    """A timed text: pushed, so it must be there in every language."""

    kind, id_key = Kind.TIMED, "text"
    text: str
    es: str
    pt: str


class ReplyFile(WordingFile):
    """An automatic reply."""

    kind, id_key = Kind.REPLY, "reply"
    reply: str
    phrasings: tuple[str, ...] = ()


class AnswerFile(WordingFile):
    """An answer to a question, and the topics it answers."""

    kind, id_key = Kind.ANSWER, "answer"
    answer: str
    until_approved: str | None = HANDOFF
    topics: tuple[TopicFile, ...] = Field(min_length=1)
    triage: tuple[str, ...] = ()


class UnansweredFile(TopicFile):
    """A topic that only a person answers."""

    topic: str = Field(alias="unanswered")
    asked: None = None
    triage: tuple[str, ...] = ()


def timed_texts(source: str, file: str) -> list[Wording]:
    """The wordings of a texts.yaml. Raises CatalogError with every mistake in it."""
    return [entry.wording(file) for entry in _entries(TextFile, source, file)]


def replies(source: str, file: str) -> list[Wording]:
    """The wordings of replies.yaml. Raises CatalogError with every mistake in it."""
    return [entry.wording(file, entry.phrasings) for entry in _entries(ReplyFile, source, file)]


def answers(source: str, file: str) -> tuple[list[Wording], dict[str, Topic]]:
    """The wordings of an answers.yaml, and its topics by name. Raises CatalogError."""
    findings = Findings()
    given: list[AnswerFile] = []
    asked: list[Asked] = []
    for entry in parse_list(source, file):
        with findings.gather():
            if "unanswered" in entry:
                open_topic = _entry(UnansweredFile, entry, "unanswered", file)
                asked.append(Asked(open_topic, None, open_topic.triage))
            else:
                answer = _entry(AnswerFile, entry, "answer", file)
                given.append(answer)
                asked.extend(Asked(topic, answer.answer, answer.triage) for topic in answer.topics)
    topics = merged(asked, file, findings)
    findings.raise_if_any()
    return [answer.wording(file) for answer in given], topics


def _entries(model: type[Entry], source: str, file: str) -> list[Entry]:
    findings = Findings()
    made: list[Entry] = []
    for entry in parse_list(source, file):
        with findings.gather():
            made.append(_entry(model, entry, model.id_key, file))
    findings.raise_if_any()
    return made


def _entry(model: type[Model], entry: dict[str, Any], id_key: str, file: str) -> Model:
    return shape(model, entry, file, f"{id_key} {entry.get(id_key, '(without a name)')}")
