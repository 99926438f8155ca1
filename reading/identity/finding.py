"""Finding what gives a person's identity away, so that the scoring view can leave it out.

Typed mentions are stripped, not words: "women's health", 妇产科, a ward Sister and Chinese as a
language stay. So do proxies that are content (a women's chess team, a school, an employer).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reading.identity.clues import Clues, clues
from reading.identity.contact_details import contact_block_details, contact_details
from reading.identity.mentions import IdentityKind, Mention
from reading.identity.name_cues import cued_names, spelt_names
from reading.identity.name_forms import FoundName, is_job_title, person_name
from reading.identity.name_mentions import name_mentions
from reading.identity.names import names_at_the_top
from reading.identity.personal_details import block_details, labelled_details, with_label_before
from reading.identity.pronouns import gender_words, pronouns, titles
from reading.identity.told_details import told_details
from reading.identity.top_lines import address_lines
from reading.resume import Resume, SectionKind
from reading.spans import Span

_TOP_LINES = 16
# Where no sections are known: headings that end the top of the page.
_CONTENT_HEADING = re.compile(
    r"(?:[\w&/-]+ ){0,3}(?:summary|profile|objective|highlights|experience|skills|education"
    r"|qualifications|overview|accomplishments|references|publications|projects|certifications"
    r"|languages|strengths|competencies|expertise|history|employment|credentials|about me"
    r"|introduction|statement|training|background|work)"
    r"|(?:(?:自我|个人|個人)?(?:评价|評價|優勢|优势|总结)|工作(?:经|經)|教育(?:背景|经|經)|项目"
    r"(?:经|經)|專案"
    r"|(?:专业|專業|职业)?技能|求职意向|实习|自傳|简介).{0,4}",
    re.IGNORECASE,
)


_BARE_LINE = re.compile(r"\s*[^\W\d_][^\n\d@|｜:：,，;；。]{0,60}\s*")


def find_identity(resume: Resume) -> tuple[Mention, ...]:
    """Every mention of the person's identity, in reading order; mentions may overlap."""
    text = resume.text
    if _BARE_LINE.fullmatch(text):
        return ()  # all there is: a job title ("rose grower", 法官), and nobody to tell from it
    top = top_of(resume)
    known = clues(text)
    mentions = [*contact_details(text), *labelled_details(text), *told_details(text, known)]
    mentions += [*pronouns(text, known), *titles(text, known), *gender_words(text, known)]
    blocks = _blocks(resume, top, mentions)
    for block in blocks:
        mentions += block_details(text, block)
        reachable = any(m.kind in _REACHES and m.span.overlaps(block) for m in mentions)
        mentions += contact_block_details(text, block, known=reachable)
    found = list(_names(resume, top, mentions, known))
    mentions += [Mention(IdentityKind.NAME, f.span) for f in found]
    names = [f.name for f in found]
    place = resume.location.span if resume.location else None
    for block in blocks:
        mentions += address_lines(text, block, mentions, [f.span for f in found], place)
    if not names and resume.contact.name and not is_job_title(resume.contact.name):
        stated = person_name(resume.contact.name)
        names += [stated] if stated else []
    mentions += name_mentions(text, names, _content(resume), [p.heading for p in resume.positions])
    mentions = [with_label_before(text, mention) for mention in mentions]
    return tuple(sorted(mentions, key=lambda m: (m.span, m.kind)))


_NOT_NAMES = frozenset({IdentityKind.NAME, IdentityKind.PRONOUN, IdentityKind.TITLE})
_PERSONAL_HEADING = re.compile(
    r"^[ \t#*=\-–—【]*(?:personal (?:details|information|particulars|data|profile)|contact(?: me)?"
    r"|contact (?:details|information|info)|bio-?data|references?|referees"
    r"|(?:个人|基本|個人|联系|聯絡)(?:信息|资料|資料|資訊|情况|方式|概况))[ \t:：*=\-–—】]*$",
    re.IGNORECASE | re.MULTILINE,
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")
_REACHES = frozenset({IdentityKind.EMAIL, IdentityKind.PHONE})
_LISTED = frozenset(
    {
        IdentityKind.BIRTH,
        IdentityKind.GENDER,
        IdentityKind.MARITAL,
        IdentityKind.NATIONALITY,
        IdentityKind.EMAIL,
        IdentityKind.PHONE,
    }
)
_PERSONAL_KINDS = (SectionKind.PERSONAL, SectionKind.REFERENCES)


def _blocks(resume: Resume, top: Span, mentions: Iterable[Mention]) -> list[Span]:
    """Where bare details count: the top, personal sections, and paragraphs of personal details."""
    text = resume.text
    blocks = [top, *(s.span for s in resume.sections if s.kind in _PERSONAL_KINDS)]
    for heading in _PERSONAL_HEADING.finditer(text):
        paragraph = _PARAGRAPH_END.search(text, min(heading.end() + 2, len(text)))
        end = paragraph.start() if paragraph else len(text)
        blocks.append(Span(heading.end(), max(end, heading.end())))
    kinds: dict[Span, set[IdentityKind]] = {}
    for mention in mentions:
        if mention.kind in _LISTED and not any(b.overlaps(mention.span) for b in blocks):
            start = text.rfind("\n\n", 0, mention.span.start) + 2 if "\n\n" in text else 0
            paragraph = _PARAGRAPH_END.search(text, mention.span.end)
            end = paragraph.start() if paragraph else len(text)
            kinds.setdefault(Span(min(start, end), end), set()).add(mention.kind)
    blocks += [block for block, found in kinds.items() if len(found) > 1 and len(block) < 800]
    return blocks


def top_of(resume: Resume) -> Span:
    """The lines above the first heading, at most 16 of them."""
    header = next((s.span for s in resume.sections if s.kind is SectionKind.HEADER), None)
    if header is None and resume.sections:
        return Span(0, 0)
    start = header.start if header else 0
    limit = header.end if header else len(resume.text)
    at, lines = start, 0
    while at < limit and lines < _TOP_LINES:
        feed = resume.text.find("\n", at, limit)
        end = limit if feed < 0 else feed + 1
        if header is None and _opens_content(resume.text[at:end]):
            break
        at, lines = end, lines + bool(resume.text[at:end].strip())
    return Span(start, at)


def _opens_content(line: str) -> bool:
    return _CONTENT_HEADING.fullmatch(line.strip(" \t\n:：*#_-—=【】")) is not None


def _names(
    resume: Resume, top: Span, mentions: Iterable[Mention], known: Clues
) -> Iterator[FoundName]:
    text = resume.text
    contacts, told = [], []
    for mention in mentions:
        words = mention.span.of(text)
        if mention.kind in (IdentityKind.EMAIL, IdentityKind.LINK):
            contacts.append(words)
        elif mention.kind is IdentityKind.NAME:
            label = re.search(r"[:：\t\n]", words)
            name = person_name(words[label.end() :]) if label else None
            if name:
                yield FoundName(name, mention.span)
        if mention.kind not in _NOT_NAMES and top.covers(mention.span):
            told.append(mention.span)
    town = resume.location.span if resume.location else None
    has_contacts = any(
        m.kind in (IdentityKind.EMAIL, IdentityKind.PHONE) and m.span.start < top.end
        for m in mentions
    )
    yield from cued_names(text, known)
    yield from names_at_the_top(text, top, contacts, told, town, has_contacts=has_contacts)
    if contacts:
        yield from spelt_names(text, contacts, Span(top.end, len(text)))


_SENTENCE = re.compile(r"[。：:！!，;；]|[.?] ")


def _content(resume: Resume) -> list[Span]:
    """What only looks like a name: skills of the vocabulary and employers in their headings."""
    kept = [mention.span for mention in resume.skills]
    for position in resume.positions:
        if position.employer:
            at = resume.text.find(position.employer, position.span.start, position.span.end)
            if at >= 0 and len(position.employer) <= 60 and not _SENTENCE.search(position.employer):
                kept.append(Span(at, at + len(position.employer)))
    return kept
