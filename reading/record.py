"""Résumés, requirements and jobs as JSON, and back: how they are stored and edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reading.job import (
    DegreeValue,
    ExperienceValue,
    Job,
    LanguageValue,
    PermissionValue,
    PhraseValue,
    Requirement,
    SkillValue,
    Value,
)
from reading.resume import Location, Resume

RESUME_FORMAT = "resume/1"

# The tag says which kind of value a requirement has; a reader never guesses from the fields.
_VALUES: dict[str, type[Value]] = {
    "skill": SkillValue,
    "experience": ExperienceValue,
    "degree": DegreeValue,
    "language": LanguageValue,
    "permission": PermissionValue,
    "phrase": PhraseValue,
}
_TAGS = {kind: tag for tag, kind in _VALUES.items()}


def resume_to_record(resume: Resume) -> dict[str, Any]:
    """JSON without the text, which is stored once, with its extraction."""
    record: dict[str, Any] = _adapter(Resume).dump_python(
        resume, mode="json", exclude={"text"}, exclude_defaults=False
    )
    return record


def resume_from_record(record: Mapping[str, Any], text: str) -> Resume:
    """The résumé again. Error: ValueError where the record is not of this format."""
    resume: Resume = _adapter(Resume).validate_python({**record, "text": text})
    return resume


def requirement_to_record(requirement: Requirement) -> dict[str, Any]:
    """JSON in which `value` carries its `type`."""
    record: dict[str, Any] = _adapter(Requirement).dump_python(
        requirement, mode="json", exclude={"value"}
    )
    value = _adapter(type(requirement.value)).dump_python(requirement.value, mode="json")
    return {**record, "value": {"type": _TAGS[type(requirement.value)], **value}}


def requirement_from_record(record: Mapping[str, Any]) -> Requirement:
    """The requirement again. Error: ValueError, with the field that does not fit."""
    try:
        tagged = dict(record["value"])
        kind = _VALUES[tagged.pop("type")]
    except (KeyError, TypeError, ValueError):
        raise ValueError(f"a requirement's value needs a type among {', '.join(_VALUES)}") from None
    value = _adapter(kind).validate_python(tagged)
    fields = {name: record[name] for name in record if name != "value"}
    requirement: Requirement = _adapter(Requirement).validate_python({**fields, "value": value})
    return requirement


def place_to_record(place: Location) -> dict[str, Any]:
    """A place as JSON."""
    record: dict[str, Any] = _adapter(Location).dump_python(place, mode="json")
    return record


def place_from_record(record: Mapping[str, Any]) -> Location:
    """The place again. Error: ValueError where the record is not of this format."""
    place: Location = _adapter(Location).validate_python(dict(record))
    return place


def job_to_record(job: Job) -> dict[str, Any]:
    """JSON that a person can edit and hand back."""
    record: dict[str, Any] = _adapter(Job).dump_python(job, mode="json", exclude={"requirements"})
    return {**record, "requirements": [requirement_to_record(r) for r in job.requirements]}


def job_from_record(record: Mapping[str, Any]) -> Job:
    """The job again. Error: ValueError, with the field that does not fit."""
    requirements = tuple(requirement_from_record(r) for r in record.get("requirements", ()))
    job: Job = _adapter(Job).validate_python({**record, "requirements": requirements})
    return job


_ADAPTERS: dict[Any, Any] = {}


def _adapter(kind: Any) -> Any:
    if kind not in _ADAPTERS:
        from pydantic import TypeAdapter  # a quarter of a second: not at import

        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]
