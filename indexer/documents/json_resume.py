"""JSON Resume v1.0.0 (jsonresume.org/schema), written out as the text a person would send.

The schema is what senders aim at, not what they hit: every field may be missing or of another type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from catalog.errors import Unreadable
from indexer.documents.characters import clean, tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_characters
from indexer.documents.plain import decode
from indexer.documents.sniff import JSON

READER = "json_resume/1"

_SECTIONS = (
    # key, English heading, Chinese heading
    ("work", "Work Experience", "工作经历"),
    ("volunteer", "Volunteering", "志愿经历"),
    ("projects", "Projects", "项目经历"),
    ("education", "Education", "教育背景"),
    ("skills", "Skills", "专业技能"),
    ("languages", "Languages", "语言能力"),
    ("certificates", "Certificates", "证书"),
    ("awards", "Awards", "获奖情况"),
    ("publications", "Publications", "发表论文"),
    ("interests", "Interests", "兴趣爱好"),
    ("references", "References", "推荐人"),
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DATE = re.compile(r"^\s*(\d{4})(?:-(\d{1,2}))?(?:-\d{1,2})?(?:T.*)?\s*$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile(r"[A-Za-z\u4e00-\u9fff]")


def parse_json(data: bytes) -> Any:
    """The JSON value, or Unreadable("damaged") whatever is wrong with it."""
    text = decode(data)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("damaged", f"The file is not valid JSON: {_short(error)}.") from error


def _short(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]


def is_json_resume(value: Any) -> bool:
    """Whether an object has the sections of JSON Resume."""
    return isinstance(value, dict) and (
        isinstance(value.get("basics"), dict)
        or any(isinstance(value.get(key), list) for key, _, _ in _SECTIONS)
    )


def read_json_resume(value: dict[str, Any], limits: Limits) -> Extraction:
    """The résumé as text with headings, and what its basics state outright as fields.

    Headings and dates are Chinese where most of the letters are.
    """
    chinese = _is_chinese(value)
    basics = _object(value.get("basics"))
    blocks = ["\n".join(_header(basics))]
    if summary := _text(basics.get("summary")):
        blocks.append(f"{'自我评价' if chinese else 'Summary'}\n{summary}")
    for key, english, heading in _SECTIONS:
        entries = ["\n".join(lines) for lines in _entries(key, value.get(key), chinese) if lines]
        if entries:
            between = "\n\n" if key in _LONG else "\n"
            blocks.append(f"{heading if chinese else english}\n{between.join(entries)}")
    text = tidy("\n\n".join(block for block in blocks if block))
    check_characters(len(text), limits)
    return Extraction(
        text=text, media_type=JSON, reader=READER, fields=tuple(_fields(basics).items())
    )


_LONG = frozenset({"work", "volunteer", "projects", "education", "publications", "references"})


def _header(basics: dict[str, Any]) -> Iterator[str]:
    yield from filter(None, (_text(basics.get("name")), _text(basics.get("label"))))
    contact = [_text(basics.get(key)) for key in ("email", "phone")]
    contact += [_place(basics.get("location")), _text(basics.get("url") or basics.get("website"))]
    if line := " | ".join(filter(None, contact)):
        yield line
    for profile in _objects(basics.get("profiles")):
        if url := _text(profile.get("url")) or _text(profile.get("username")):
            yield ": ".join(filter(None, (_text(profile.get("network")), url)))


def _fields(basics: dict[str, Any]) -> dict[str, Any]:
    fields = {key: _text(basics.get(key)) for key in ("name", "label", "email", "phone")}
    fields["location"] = _place(basics.get("location"))
    fields["url"] = _text(basics.get("url") or basics.get("website"))
    location = _object(basics.get("location"))
    fields["country_code"] = _text(location.get("countryCode"))
    return {key: found for key, found in fields.items() if found}


def _place(location: Any) -> str:
    if isinstance(location, str):
        return _text(location)
    place = _object(location)
    parts = [_text(place.get(key)) for key in ("address", "postalCode", "city", "region")]
    parts.append(_text(place.get("countryCode")) or _text(place.get("country")))
    return ", ".join(filter(None, parts))


def _entries(key: str, section: Any, chinese: bool) -> Iterator[list[str]]:
    if isinstance(section, dict):
        section = [section]
    if not isinstance(section, list):
        section = [section] if _text(section) else []
    for entry in section:
        if isinstance(entry, dict):
            yield list(filter(None, _lines(key, entry, chinese)))
        elif text := _text(entry):
            yield [text]


def _lines(key: str, entry: dict[str, Any], chinese: bool) -> Iterator[str]:
    def get(*names: str) -> str:
        return next(filter(None, (_text(entry.get(name)) for name in names)), "")

    comma = "，" if chinese else ", "
    colon = "：" if chinese else ": "
    if key == "education":
        degree = comma.join(filter(None, (get("studyType"), get("area"))))
        yield comma.join(filter(None, (degree, get("institution"))))
        yield _period(entry, chinese)
        if score := get("score", "gpa"):
            yield f"GPA{colon}{score}"
        if courses := "、".join(_texts(entry.get("courses"))):
            yield ("课程：" if chinese else "Courses: ") + _listed(courses, chinese)
    elif key == "skills":
        named = "、".join(_texts(entry.get("keywords")))
        head = get("name")
        level = get("level")
        head = f"{head} ({level})" if head and level else head or level
        yield colon.join(filter(None, (head, _listed(named, chinese))))
    elif key == "languages":
        yield colon.join(filter(None, (get("language", "name"), get("fluency", "level"))))
    elif key in ("certificates", "awards"):
        yield comma.join(
            filter(
                None,
                (get("name", "title"), get("issuer", "awarder"), _date(entry.get("date"), chinese)),
            )
        )
        yield get("summary")
    elif key == "interests":
        named = "、".join(_texts(entry.get("keywords")))
        yield colon.join(filter(None, (get("name"), _listed(named, chinese))))
    elif key == "references":
        yield get("name")
        yield get("reference")
    else:
        title = get("position", "role") or ", ".join(_texts(entry.get("roles")))
        owner = get("name", "company", "organization", "entity", "publisher")
        yield comma.join(filter(None, (title, owner, get("location"))))
        yield _period(entry, chinese) or _date(entry.get("releaseDate"), chinese)
        yield get("summary", "description")
        for highlight in _texts(entry.get("highlights")):
            yield f"• {highlight}"
        if keywords := "、".join(_texts(entry.get("keywords"))):
            yield _listed(keywords, chinese)


def _listed(names: str, chinese: bool) -> str:
    return names if chinese else names.replace("、", ", ")


def _period(entry: dict[str, Any], chinese: bool) -> str:
    start, end = _date(entry.get("startDate"), chinese), _date(entry.get("endDate"), chinese)
    if start and not end:
        end = "至今" if chinese else "Present"
    return " – ".join(filter(None, (start, end)))


def _date(value: Any, chinese: bool) -> str:
    """ISO 8601 dates as people write them, to the month; anything else as it stands."""
    text = _text(value)
    match = _DATE.match(text)
    if not match:
        return text
    year, month = match.group(1), int(match.group(2) or 0)
    if not 1 <= month <= 12:
        return f"{year}年" if chinese else year
    return f"{year}年{month}月" if chinese else f"{_MONTHS[month - 1]} {year}"


def _text(value: Any) -> str:
    """A string, or a number as one; nothing for other types."""
    if isinstance(value, str):
        return clean(value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return str(value)
        except ValueError:  # an integer of more digits than Python writes out
            return ""
    return ""


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in map(_named, values) if text]


def _named(value: Any) -> str:
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _is_chinese(value: Any) -> bool:
    """Whether a third of the letters of its strings are Chinese characters."""
    letters = chinese = 0
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, dict):
            stack.extend(item.values())
        elif isinstance(item, list):
            stack.extend(item)
        elif isinstance(item, str) and "://" not in item:
            letters += len(_LETTER.findall(item))
            chinese += len(_CHINESE.findall(item))
    return chinese * 3 > letters
