"""Query strings are read as FastAPI reads them; only faster."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Body, FastAPI, Path, Query
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response
from starlette.testclient import TestClient

from search.api.requests.search import ExportRequest, SearchRequest
from search.api.routers.query_string import QueryRoute


def client(kind: type[APIRoute]) -> TestClient:
    routes = APIRouter(route_class=kind)

    @routes.get("/search")
    async def search(question: Annotated[SearchRequest, Query()]) -> Response:
        return JSONResponse(question.model_dump(mode="json"))

    @routes.get("/export/{name:path}")
    async def export(
        question: Annotated[ExportRequest, Query()], name: Annotated[str, Path()]
    ) -> Response:
        return JSONResponse([name, question.model_dump(mode="json")])

    @routes.post("/search")
    async def search_by_body(question: Annotated[SearchRequest, Body()]) -> Response:
        return JSONResponse(question.model_dump(mode="json"))

    @routes.get("/number/{number:int}")
    async def number(number: int, question: Annotated[SearchRequest, Query()]) -> Response:
        return JSONResponse([number, question.q])

    app = FastAPI()
    app.include_router(routes)
    return TestClient(app)


def answered(kind: type[APIRoute], method: str, path: str, **given: Any) -> tuple[int, Any]:
    response = client(kind).request(method, path, **given)
    return response.status_code, response.json()


@pytest.mark.parametrize(
    "path",
    [
        "/search",
        "/search?q=flood&limit=3&lang=de,uk&source=bote&facets=true&histogram=month",
        "/search?lang=de&lang=fr&q=a&q=b",
        "/search?lang=&q=",
        "/search?limit=0",
        "/search?limit=many&sort=worst",
        "/search?unknown=1&other=2",
        "/search?q=%ED%A0%80",
        "/search?q=Hochwasser%20%C3%BC&names=false",
        "/export/a/b%2Fc?format=csv&bom=1",
        "/export/a?form=csv",
        "/export/?format=pdf",
        "/number/4?q=flood",
        "/number/x?q=flood",
    ],
)
def test_the_same_answer_as_from_fastapi(path: str) -> None:
    assert answered(QueryRoute, "GET", path) == answered(APIRoute, "GET", path)


def test_bodies_stay_with_fastapi() -> None:
    given = {"json": {"q": "flood", "limit": 0}}
    assert answered(QueryRoute, "POST", "/search", **given)[0] == 422
    assert answered(QueryRoute, "POST", "/search", **given) == answered(
        APIRoute, "POST", "/search", **given
    )


def test_the_document_is_the_same() -> None:
    documents = [client(kind).get("/openapi.json").json() for kind in (QueryRoute, APIRoute)]
    assert documents[0] == documents[1]
