"""Query strings and bodies read into a model: within bounds, and at a fifth of FastAPI's cost.

FastAPI 0.165 looks at the type of each field anew for every request: 0.13 ms for the 20 fields of
a search, more than all the rest that it does. It reads a body on the event loop, whatever is in it,
and makes an error for each of 100,000 unknown keys. What is declared, and so the OpenAPI document,
stays FastAPI's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, TypeVar, get_origin, get_type_hints

from fastapi import Request, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams
from starlette.responses import Response

from search.api.requests.bodies import read_json

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Reader = Callable[[Request], Coroutine[Any, Any, BaseModel]]
Asked = TypeVar("Asked", bound=BaseModel)

MOST_PARAMETERS = 100
"""Parameters of a request, several of one name counting once; there are some twenty."""


class QueryRoute(APIRoute):
    """A route whose endpoint may take a model by `Query()` or `Body()`, and strings by `Path()`.

    An endpoint that takes anything else is FastAPI's to call.
    """

    def get_route_handler(self) -> Handler:
        """Return what answers a request. It raises `RequestValidationError`, as FastAPI does."""
        taken = get_type_hints(self.endpoint, include_extras=True)
        taken.pop("return", None)
        models = {name: hint for name, hint in taken.items() if _is_model(hint)}
        strings = taken.keys() - models.keys()
        if len(models) != 1 or any(not _is_path(taken[name]) for name in strings):
            return super().get_route_handler()
        ((name, hint),) = models.items()
        endpoint, read = self.endpoint, _reader(hint)

        async def answer(request: Request) -> Response:
            given = {each: request.path_params[each] for each in strings}
            response: Response = await endpoint(**{name: await read(request)}, **given)
            return response

        return answer if inspect.iscoroutinefunction(endpoint) else super().get_route_handler()


def _reader(hint: Any) -> Reader:  # noqa: ANN401  a type with its annotations
    model: type[BaseModel] = hint.__origin__
    return _reader_of_query(model) if _marked(hint, params.Query) else _reader_of_body(model)


def _reader_of_query(model: type[BaseModel]) -> Reader:
    read_query = query_reader(model)

    async def read(request: Request) -> BaseModel:
        return read_query(request.query_params)

    return read


def query_reader(model: type[Asked]) -> Callable[[QueryParams], Asked]:
    """Return what reads a query string into a model. It raises `RequestValidationError`."""
    lists = {
        field.alias or name
        for name, field in model.model_fields.items()
        if get_origin(field.annotation) is list
    }
    return lambda given: _validated(model, _values(given, lists), "query")


def _reader_of_body(model: type[BaseModel]) -> Reader:
    async def read(request: Request) -> BaseModel:
        content = await request.body()
        if not _is_json(request):
            raise RequestValidationError(
                [{"type": "media_type", "loc": ("body",), "msg": "Send application/json"}]
            )
        value = await read_json(content)
        if not isinstance(value, dict):
            raise RequestValidationError(
                [{"type": "dict_type", "loc": ("body",), "msg": "It is not a JSON object"}]
            )
        return _validated(model, value, "body")

    return read


def _validated(model: type[Asked], given: Mapping[str, Any], place: str) -> Asked:
    if len(given) > MOST_PARAMETERS:
        raise RequestValidationError(
            [
                {
                    "type": "too_many",
                    "loc": (place,),
                    "msg": f"There are {len(given):,} parameters, and at most {MOST_PARAMETERS}",
                }
            ]
        )
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False)
        raise RequestValidationError(
            [{**each, "loc": (place, *each["loc"])} for each in found]
        ) from None


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )


def _values(given: QueryParams, lists: set[str]) -> Mapping[str, str | list[str]]:
    """Return all values of a parameter that is a list, and the last one of any other."""
    return {name: given.getlist(name) if name in lists else given[name] for name in given}


def _is_model(hint: object) -> bool:
    found = _marked(hint, params.Query) or _marked(hint, params.Body)
    return found and issubclass(hint.__origin__, BaseModel)  # type: ignore[attr-defined]


def _is_path(hint: object) -> bool:
    return _marked(hint, params.Path) and hint.__origin__ is str  # type: ignore[attr-defined]


def _marked(hint: object, mark: type) -> bool:
    return (
        get_origin(hint) is Annotated
        and isinstance(hint.__origin__, type)  # type: ignore[attr-defined]
        and any(isinstance(each, mark) for each in hint.__metadata__)  # type: ignore[attr-defined]
    )
