"""Whatever the OpenAPI document allows, and what it forbids, is answered without a mistake of ours."""

from typing import Any

import pytest

pytest.importorskip("schemathesis", reason="schemathesis is not installed")
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from serving import Running, png

CALM = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
WANTED = ("not_a_server_error", "content_type_conformance", "response_schema_conformance")


def test_no_request_makes_a_mistake(server: Running) -> None:
    for width in (700, 701):
        server.keep(png(width))
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json").exclude(path_regex="/events$")
    checks = CHECKS.get_by_names(WANTED)
    seen = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @CALM
        @given(case=operation.as_strategy())
        def answered(case: Any) -> None:
            case.call_and_validate(checks=checks, timeout=30)

        answered()
        seen.add(operation.label)
    assert len(seen) > 20


def test_every_format_of_a_document_is_told(server: Running) -> None:
    document = server.keep(png(702))["document"]
    told = server.get("/openapi.json").json()["paths"]["/v1/documents/{document}/result"]["get"]
    (formats,) = (one["schema"] for one in told["parameters"] if one["name"] == "format")
    names = server.get("/openapi.json").json()["components"]["schemas"][formats["$ref"].rpartition("/")[2]]["enum"]
    assert len(names) > 8
    for name in names:
        kind = server.get(f"/v1/documents/{document}/result", params={"format": name}).headers["Content-Type"]
        assert kind.partition(";")[0] in told["responses"]["200"]["content"], name


def test_the_document_has_examples_and_every_route(server: Running) -> None:
    told = server.get("/openapi.json").json()
    assert {"/v1/read", "/v1/jobs", "/v1/search", "/v1/review/claim", "/v1/documents/{document}"} <= told[
        "paths"
    ].keys()
    files = told["paths"]["/v1/read"]["post"]["requestBody"]["content"]
    assert files["application/json"]["example"]["files"]
    assert {"multipart/form-data", "application/json", "application/octet-stream"} == files.keys()
    assert told["components"]["schemas"]["Region"]["example"]["text"]
    assert all("summary" in one for path in told["paths"].values() for one in path.values())
