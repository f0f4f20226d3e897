"""Who gets in, with what, to what; and that pages of other sites change nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from penscript.server.access import Role, hashed
from penscript.server.options import ServerOptions
from penscript.server.pairing import begin, issue, qr_svg, qr_text
from serving import Running, png

STRANGERS = [
    {"Host": "penscript.example"},
    {"Host": "127.0.0.1.evil.example"},
    {"X-Forwarded-For": "10.0.0.1"},
    {"Forwarded": "for=10.0.0.1"},
]


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_only_this_machine_is_let_in_without_a_token(server: Running, headers: dict[str, str]) -> None:
    assert server.get("/v1/documents").status_code == 200
    response = server.get("/v1/documents", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert server.get("/", headers=headers, allow_redirects=False).headers["Location"] == "/pair"


def test_a_token_can_be_required_of_this_machine_too(start: Callable[..., Running]) -> None:
    server = start(require_token=True)
    assert server.get("/v1/documents").status_code == 401
    assert server.get("/health").status_code == 200
    token = issue(server.notes, Role.REVIEW, "anna", 1)
    assert server.get("/v1/documents", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def asked_by(server: Running, role: Role) -> Callable[[str, str], int]:
    token = issue(server.notes, role, f"some {role}", 1)
    headers = {"Host": "penscript.example", "Authorization": f"Bearer {token}"}
    return lambda method, path: server.ask(method, path, headers=headers).status_code


def test_roles_may_what_they_may(server: Running) -> None:
    capture, review, admin = (asked_by(server, role) for role in Role)
    assert [who("GET", "/v1/documents") for who in (capture, review, admin)] == [403, 200, 200]
    assert [who("GET", "/v1/search?q=wide") for who in (capture, review, admin)] == [403, 200, 200]
    assert [who("GET", "/metrics") for who in (capture, review, admin)] == [403, 403, 200]
    assert [who("GET", "/v1/tokens") for who in (capture, review, admin)] == [403, 403, 200]
    assert [who("DELETE", "/v1/documents/99") for who in (capture, review, admin)] == [403, 403, 404]
    assert [who("POST", "/v1/read") for who in (capture, review, admin)] == [400, 400, 400]


def test_a_wrong_token_is_a_stranger_even_here(server: Running) -> None:
    assert server.get("/v1/documents", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_tokens_are_told_once_listed_and_revoked(server: Running) -> None:
    made = server.post("/v1/tokens", json={"role": "capture", "name": "scanner", "days": 30}).json()
    headers = {"Authorization": f"Bearer {made['token']}", "Host": "penscript.example"}
    assert server.post("/v1/read", headers=headers, files={"file": png(201)}).status_code == 200
    (device,) = [one for one in server.get("/v1/tokens").json()["devices"] if one["name"] == "scanner"]
    assert made["token"] not in str(server.get("/v1/tokens").json())
    assert server.ask("DELETE", f"/v1/tokens/{device['id']}").status_code == 204
    assert server.post("/v1/read", headers=headers, files={"file": png(201)}).status_code == 401


def test_a_token_that_is_over_is_a_stranger(server: Running) -> None:
    server.notes.save_token(hashed("old"), Role.ADMIN, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert server.get("/v1/documents", headers={"Authorization": "Bearer old"}).status_code == 401


def test_a_phone_is_paired_once_by_a_code(server: Running) -> None:
    made = server.post("/v1/pairings", json={}).json()
    assert made["qr"].startswith("<svg")
    address, code = made["url"].split("#")
    assert address.endswith("/pair")
    stranger = {"Host": "192.168.1.2:8000"}
    response = server.post("/v1/pair", json={"code": code, "name": "my phone"}, headers=stranger)
    assert response.json()["role"] == "review"
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    phone = stranger | {"Cookie": cookie.partition(";")[0]}
    assert server.get("/v1/documents", headers=phone).status_code == 200
    assert server.get("/", headers=phone, allow_redirects=False).status_code == 200
    again = server.post("/v1/pair", json={"code": code}, headers=stranger)
    assert (again.status_code, again.json()["error"]["kind"]) == (403, "Refused")


def test_a_pairing_code_is_no_token_and_can_be_revoked(server: Running) -> None:
    made = begin(server.notes, ServerOptions())
    assert server.get("/v1/documents", headers={"Authorization": f"Bearer {made.code}"}).status_code == 401
    assert server.ask("DELETE", f"/v1/tokens/{hashed(made.code)}").status_code == 204
    assert server.post("/v1/pair", json={"code": made.code}).status_code == 403


def test_a_pairing_code_is_short_lived(server: Running) -> None:
    made = begin(server.notes, ServerOptions(pairing_seconds=-1))
    assert server.post("/v1/pair", json={"code": made.code}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=str,
)
def test_pages_of_other_sites_change_nothing(server: Running, headers: dict[str, str]) -> None:
    assert server.post("/v1/jobs", headers=headers, files={"file": png()}).status_code == 403
    assert server.ask("DELETE", "/v1/documents/1", headers=headers).status_code == 403


def test_our_own_pages_do(server: Running) -> None:
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert server.post("/v1/review/claim", headers=headers, json={}).status_code == 200


def test_an_origin_that_is_allowed_may_call(start: Callable[..., Running]) -> None:
    server = start(cors=("https://notes.example",))
    headers = {"Origin": "https://notes.example"}
    response = server.post("/v1/read", headers=headers, files={"file": png(202)})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "https://notes.example"
    asked = headers | {"Access-Control-Request-Method": "POST"}
    assert server.ask("OPTIONS", "/v1/read", headers=asked).status_code == 200
    assert server.post("/v1/read", headers={"Origin": "https://evil.example"}).status_code == 403


def test_every_answer_says_what_browsers_may_do(server: Running) -> None:
    for path in ("/", "/v1/documents", "/nowhere", "/static/style.css"):
        headers = server.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_codes_can_be_scanned() -> None:
    import numpy as np
    import zxingcpp

    text = "http" + "://192.168.1.20:8000/pair#abcdefghijklmnopqrstuvwxyz012345"
    rows = [[half for letter in row for half in [letter]] for row in qr_text(text).split("\n")]
    tall = [[[letter in "▀█", letter in "▄█"][half] for letter in row] for row in rows for half in (0, 1)]
    pixels = np.where(np.kron(np.array(tall), np.ones((4, 4))), 0, 255).astype(np.uint8)
    assert [code.text for code in zxingcpp.read_barcodes(np.pad(pixels, 20, constant_values=255))] == [text]
    assert qr_svg(text).count("<path") == 1


def test_no_log_holds_a_token_a_code_or_what_was_read(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    code = begin(server.notes, ServerOptions()).code
    token = server.post("/v1/pair", json={"code": code, "name": "phone"}).json()["token"]
    phone = {"Host": "penscript.example"}
    assert server.get("/v1/documents", headers=phone | {"Authorization": f"Bearer {token}"}).status_code == 200
    assert server.get("/v1/documents", headers=phone, cookies={"penscript": token}).status_code == 200
    assert server.get("/v1/documents", headers=phone | {"Authorization": f"Bearer {token}x"}).status_code == 401
    assert server.post("/v1/pair", json={"code": code, "name": "again"}).status_code == 403
    server.keep(png(641, 487), "note.png")
    logged = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("urllib3", "asyncio"))
    )
    for secret in (code, token, "wide 641", "hihg 487"):
        assert secret not in logged


def test_what_a_database_complains_of_is_told_without_the_text(server: Running) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    wrong = text("INSERT INTO tags (document, tag) VALUES (999999, :tag)")
    with pytest.raises(DBAPIError) as told, server.notes._database.write() as connection:  # type: ignore[attr-defined]
        connection.execute(wrong, {"tag": "read on paper"})
    assert "read on paper" not in str(told.value)
