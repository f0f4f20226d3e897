"""Sizes, rates, queues and times, each with its status and the time to come back."""

import socket
import threading
from collections.abc import Callable

import pytest

from penscript.errors import UsageError
from penscript.server.options import ServerOptions
from penscript.server.refusal import Busy
from penscript.server.throttle import Throttle
from serving import Running, png


def test_a_large_request_is_refused_before_it_is_sent(start: Callable[..., Running]) -> None:
    server = start(upload_bytes=20_000)
    host, port = server.url.removeprefix("http" + "://").split(":")
    head = f"POST /v1/read HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 30000\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        assert b" 413 " in connection.recv(4000).split(b"\r\n")[0]


def test_a_request_of_unknown_length_is_stopped(start: Callable[..., Running]) -> None:
    server = start(upload_bytes=20_000)
    headers = {"Content-Type": "image/png"}
    response = server.post("/v1/read", data=iter([bytes(9_000)] * 4), headers=headers)
    assert response.status_code == 413
    assert server.post("/v1/read", data=png(200), headers=headers).status_code == 200


def test_too_many_files(start: Callable[..., Running]) -> None:
    server = start(files=2)
    files = [("file", (f"{number}.png", png())) for number in range(3)]
    assert server.post("/v1/jobs", files=files).status_code in (400, 413)
    body = {"files": [{"content": "aaaa"}] * 3}
    assert server.post("/v1/jobs", json=body).status_code == 413


def test_a_request_that_does_not_arrive(start: Callable[..., Running]) -> None:
    server = start(upload_seconds=0.3)
    host, port = server.url.removeprefix("http" + "://").split(":")
    head = f"POST /v1/read HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: image/png\r\nContent-Length: 3000\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode() + b"only a little")
        assert b" 408 " in connection.recv(4000).split(b"\r\n")[0]


def test_a_visitor_who_asks_too_often(start: Callable[..., Running]) -> None:
    server = start(rate=3)
    answers = [server.post("/v1/read", files={"file": png(200)}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[3].headers["Retry-After"]) <= 20
    assert server.get("/v1/documents").status_code == 200


def test_the_bucket_fills_again() -> None:
    now = 0.0
    throttle = Throttle(60, lambda: now)
    throttle.take("anna", 60)
    throttle.take("tom")
    with pytest.raises(Busy) as refused:
        throttle.take("anna", 5)
    assert refused.value.headers == {"Retry-After": "5"}
    now = 5.0
    throttle.take("anna", 5)
    with pytest.raises(Busy):
        throttle.take("anna")


def test_more_requests_than_may_wait(start: Callable[..., Running]) -> None:
    server = start(readers=1, queue=1)
    server.reader.gate.clear()
    codes: list[int] = []

    def read() -> None:
        codes.append(server.post("/v1/read", files={"file": png(200)}).status_code)

    waiting = [threading.Thread(target=read) for _ in range(5)]
    for thread in waiting:
        thread.start()
    while len(codes) < 3:
        pass
    server.reader.gate.set()
    for thread in waiting:
        thread.join()
    assert sorted(codes) == [200, 200, 503, 503, 503]


def test_a_reading_that_takes_too_long(start: Callable[..., Running]) -> None:
    server = start(readers=1, wait_seconds=0.2)
    server.reader.gate.clear()
    response = server.post("/v1/read", files={"file": png(200)})
    server.reader.gate.set()
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) >= 1


def test_other_requests_are_answered_while_pages_are_read(start: Callable[..., Running]) -> None:
    server = start(readers=2)
    server.reader.gate.clear()
    readings = [
        threading.Thread(target=server.post, args=("/v1/read",), kwargs={"files": {"file": png(200)}}) for _ in range(6)
    ]
    for thread in readings:
        thread.start()
    assert server.get("/health").status_code == 200
    assert server.get("/v1/documents").status_code == 200
    server.reader.gate.set()
    for thread in readings:
        thread.join()


@pytest.mark.parametrize("wrong", [{"readers": 0}, {"cors": ("example.org",)}])
def test_options_that_make_no_sense(wrong: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        ServerOptions(**wrong)  # type: ignore[arg-type]


def test_every_refusal_says_what_to_do(server):
    for method, path in (
        ("GET", "/nowhere"),
        ("GET", "/v1/documents/99999"),
        ("DELETE", "/v1/read"),
        ("POST", "/v1/read"),
    ):
        told = server.ask(method, path).json()["error"]
        assert all(told[part] for part in ("kind", "message", "advice")), path


def test_a_query_that_is_no_ascii_is_refused(server: Running) -> None:
    _, _, port = server.url.rpartition(":")
    with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as line:
        line.sendall(b"GET /v1/documents/0/?p=\xe5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = line.makefile("rb").read()
    assert b" 400 " in answer.splitlines()[0]
