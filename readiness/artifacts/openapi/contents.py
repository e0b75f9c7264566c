"""One operation of a document in; its parameters, its request body and its responses out, of Swagger 2 and OpenAPI 3 alike."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.artifacts.openapi.references import Place, References
from readiness.artifacts.openapi.schemas import Schemas, contradiction
from readiness.artifacts.openapi.values import Table, items_of, table_of, text_of, texts_of
from readiness.model.facts.contract import SpecBody, SpecField, SpecParameter, SpecResponse

PARAMETERS = 200
RESPONSES = 60
MEDIA = 20
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Contents:
    """Reads what operations take and give."""

    def __init__(self, root: Table, references: References, schemas: Schemas, *, swagger: bool) -> None:
        self._root = root
        self._references = references
        self._schemas = schemas
        self._swagger = swagger

    def parameters(self, place: Place, item: Place) -> tuple[SpecParameter, ...]:
        """Those of the operation and of its path; the operation's own come first where both name one."""
        found: dict[tuple[str, str], SpecParameter] = {}
        for parameter in self._written(place, item):
            table = parameter.table
            name, source = text_of(table.get("name")), text_of(table.get("in"))
            if name and source in ("path", "query", "header", "cookie"):
                found.setdefault((source, name), self._parameter(name, source, parameter))
        return tuple(found.values())

    def request(self, place: Place, item: Place) -> SpecBody | None:
        """The request body; None where the operation takes none."""
        if self._swagger:
            return self._swagger_request(place, item)
        if "requestBody" not in place.table:
            return None
        body = self._references.follow(place.at("requestBody"))
        return self._content(body, required=body.table.get("required") is True) or SpecBody(whole=False)

    def responses(self, place: Place) -> tuple[SpecResponse, ...]:
        """Every response, in order."""
        found = []
        for status, value in list(place.at("responses").table.items())[:RESPONSES]:
            if status.startswith("x-"):
                continue
            response = self._references.follow(place.inside(value))
            body = self._swagger_response(place, response) if self._swagger else self._content(response, required=False)
            found.append(
                SpecResponse(
                    status=status.upper() if status != "default" else status,
                    description=text_of(response.table.get("description"))[:500],
                    body=body,
                )
            )
        return tuple(found)

    # parameters

    def _written(self, place: Place, item: Place) -> Iterator[Place]:
        for holder in (place, item):
            for each in items_of(holder.table.get("parameters"))[:PARAMETERS]:
                yield self._references.follow(holder.inside(each))

    def _parameter(self, name: str, source: str, place: Place) -> SpecParameter:
        table = place.table
        required = table.get("required") is True or source == "path"
        schema = place.inside(table) if self._swagger else place.at("schema")
        if not self._swagger and "schema" not in table:
            media = list(table_of(table.get("content")).values())[:1]
            schema = place.inside(table_of(media[0]).get("schema") if media else None)
        followed = self._references.follow(schema)
        return SpecParameter(
            name=name,
            source=source,
            value=self._schemas.field(name, schema, required=required),
            required=required,
            described=bool(text_of(table.get("description")).strip()),
            example=any(
                key in each for each in (table, followed.table) for key in ("example", "examples", "x-example")
            ),
            line=table.line,
        )

    # bodies

    def _content(self, holder: Place, *, required: bool) -> SpecBody | None:
        """The content of an OpenAPI 3 body: of JSON where there is some, else of the first media type."""
        content = holder.at("content")
        types = [each for each in list(content.table)[:MEDIA] if not each.startswith("x-")]
        if not types:
            return None
        chosen = next((each for each in types if "json" in each), types[0])
        media = self._references.follow(content.at(chosen))
        examples = [media.table["example"]] if "example" in media.table else []
        for each in list(table_of(media.table.get("examples")).values())[:MEDIA]:
            followed = self._references.follow(media.inside(each)).table
            if "value" in followed:
                examples.append(followed["value"])
        shown = bool(examples) or bool(media.table.get("examples"))
        return self._body(media.at("schema"), tuple(types), examples, required=required, shown=shown)

    def _body(
        self, schema: Place, types: tuple[str, ...], examples: list[object], *, required: bool, shown: bool
    ) -> SpecBody:
        shape = self._schemas.of(schema)
        wrong = next((found for each in examples if (found := contradiction(each, shape))), "")
        return SpecBody(
            media_types=types,
            kind=shape.root.type,
            fields=shape.fields,
            required=required,
            closed=shape.closed,
            whole=shape.whole and isinstance(schema.value, Table),
            example=shown or shape.example,
            bad_example=wrong if any("json" in each for each in types) else "",
        )

    def _swagger_request(self, place: Place, item: Place) -> SpecBody | None:
        types = texts_of(place.table.get("consumes")) or texts_of(self._root.get("consumes"))
        form: list[SpecField] = []
        required = False
        for parameter in self._written(place, item):
            table = parameter.table
            source = text_of(table.get("in"))
            if source == "body":
                schema = parameter.at("schema")
                return self._body(
                    schema,
                    types or ("application/json",),
                    [],
                    required=table.get("required") is True,
                    shown="x-example" in table,
                )
            if source == "formData":
                needed = table.get("required") is True
                required |= needed
                form.append(self._schemas.field(text_of(table.get("name")), parameter, required=needed))
        if not form:
            return None
        return SpecBody(media_types=types or FORMS[:1], kind="object", fields=tuple(form), required=required)

    def _swagger_response(self, place: Place, response: Place) -> SpecBody | None:
        if "schema" not in response.table:
            return None
        types = texts_of(place.table.get("produces")) or texts_of(self._root.get("produces")) or ("application/json",)
        examples = list(table_of(response.table.get("examples")).values())[:MEDIA]
        return self._body(response.at("schema"), types, examples, required=False, shown=bool(examples))
