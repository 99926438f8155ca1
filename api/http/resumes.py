"""Résumés on their way in, and the receipts for them."""

from __future__ import annotations

from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.http.authorisation import AnyServed, Caller, needs
from api.http.request_ids import request_id_of
from api.http.schemas.resumes import ReceiptOut
from api.http.uploads import read_uploads
from api.receiving import Sender, describe_receipt, receive
from catalog.keys import Scope

router = APIRouter(prefix="/v1", tags=["résumés"])

Ingesting = Annotated[Caller, Depends(needs(Scope.INGEST))]
_TOGETHER = "One file, or up to a hundred in one request; each is somebody's."
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {
                            "type": "array",
                            "items": {
                                "type": "string",
                                "contentMediaType": "application/octet-stream",
                            },
                            "description": _TOGETHER,
                        },
                        "external_id": {"type": "string", "maxLength": 200},
                    },
                }
            },
            "application/json": {
                "schema": {"type": "object", "title": "JSON Resume"},
                "example": {
                    "basics": {"name": "Tove Aldgate", "email": "tove@example.org"},
                    "work": [
                        {
                            "name": "Greencanopy",
                            "position": "Arborist",
                            "startDate": "2019-04",
                            "highlights": ["Led a crew of six"],
                        }
                    ],
                },
            },
        },
    }
}


@router.post("/resumes", status_code=202, summary="Send résumés", openapi_extra=_BODY)
async def send_resumes(
    request: Request,
    response: Response,
    served: AnyServed,
    caller: Ingesting,
    external_id: Annotated[
        str | None, Query(max_length=200, description="The person's id in your system.")
    ] = None,
) -> ReceiptOut:
    """PDF, DOCX, HTML, text, RTF, scans or JSON Resume; what a file is, its content says.

    The answer comes when the bytes are kept, before they are read: follow `Location`. A newer
    résumé of the same person (same id, e-mail, or phone and name) replaces the older one in search.
    """
    uploads = await read_uploads(request, external_id)
    sender = Sender(caller.key_id, request_id_of(request.scope))
    catalog = served.place.catalog
    receipt = await run_sync(receive, catalog, uploads, sender)
    served.arrived.set()
    response.headers["Location"] = f"/v1/receipts/{receipt}"
    return ReceiptOut(**await run_sync(describe_receipt, catalog, receipt))


@router.get("/receipts/{receipt}", summary="What became of them")
def read_receipt(
    receipt: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")], served: AnyServed, caller: Ingesting
) -> ReceiptOut:
    """Ask until `status` is `done` and `searchable` is true; a second apart is often enough."""
    return ReceiptOut(**describe_receipt(served.place.catalog, receipt))
