"""Reading what is uploaded: a form with files, or one JSON Resume."""

from __future__ import annotations

import json

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from api.http.refusals import WrongMediaType
from api.importing import read_id
from api.lines import Wrong
from api.receiving import Upload
from catalog.errors import InvalidRequest
from catalog.receipts import MOST
from indexer.documents.json_resume import is_json_resume

_FILES = frozenset({"files", "file"})
_ID = "external_id"


async def read_uploads(request: Request, external_id: str | None) -> list[Upload]:
    """The documents of a request, in the order in which they stand in it.

    Raises:
        InvalidRequest: the body is not what its type says, or there is nothing in it.
        WrongMediaType: it is of neither kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_form(request, external_id)
    if kind == "application/json":
        return [_json_resume(await request.body(), _checked(external_id))]
    raise WrongMediaType("send multipart/form-data with `files`, or a JSON Resume")


async def _read_form(request: Request, external_id: str | None) -> list[Upload]:
    try:
        form = await request.form(max_files=MOST, max_fields=8, max_part_size=10_000)
    except HTTPException as error:
        raise InvalidRequest(f"the form cannot be read: {error.detail}") from None
    except (ValueError, LookupError, AssertionError):  # what broken forms do to their parser
        raise InvalidRequest("the form cannot be read") from None
    try:
        uploads = []
        for name, value in form.multi_items():
            if name in _FILES and isinstance(value, UploadFile):
                uploads.append(Upload(value.filename or "", await value.read()))
            elif name == _ID and isinstance(value, str) and external_id in (None, value):
                external_id = value
            else:
                raise InvalidRequest(f"a form has `files`, and `{_ID}` where it is one file")
    finally:
        await form.close()
    if not uploads:
        raise InvalidRequest("there is no file in the form: send it as `files`")
    own = _checked(external_id)
    if own is None:
        return uploads
    if len(uploads) > 1:
        raise InvalidRequest(f"`{_ID}` says whose résumé it is: send one file with it")
    return [Upload(uploads[0].filename, uploads[0].data, own)]


def _json_resume(body: bytes, external_id: str | None) -> Upload:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidRequest("the body is not JSON") from None
    if not is_json_resume(value):
        raise InvalidRequest("the body is no JSON Resume: see jsonresume.org/schema")
    return Upload("resume.json", body, external_id)


def _checked(external_id: str | None) -> str | None:
    try:
        return read_id({_ID: external_id}, _ID)
    except Wrong as wrong:
        raise InvalidRequest(str(wrong)) from None
