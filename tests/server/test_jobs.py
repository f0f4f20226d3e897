"""Files that are kept: accepted, read, found again, whatever happens in between."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from serving import Running, png


def test_a_job_becomes_a_document(server: Running) -> None:
    told = server.keep(png(301), "page.png", "?tag=garden")
    assert (told["status"], told["name"], told["done"], told["pages"]) == ("done", "page.png", 1, 1)
    document = server.get(f"/v1/documents/{told['document']}").json()
    assert (document["source"], document["tags"], document["lines"]) == ("page.png", ["garden"], 2)
    result = server.get(f"/v1/jobs/{told['id']}/result").json()
    assert [line["text"] for line in result["pages"][0]["regions"]] == ["wide 301", "hihg 90"]


def test_several_files_become_several_jobs_in_their_order(server: Running) -> None:
    files = [("file", (f"{width}.png", png(width))) for width in (311, 312, 313)]
    response = server.post("/v1/jobs", files=files)
    assert response.status_code == 202
    jobs = [server.over(job["id"]) for job in response.json()["jobs"]]
    assert [job["name"] for job in jobs] == ["311.png", "312.png", "313.png"]
    texts = [server.page(job["document"])["lines"][0]["text"] for job in jobs]
    assert texts == ["wide 311", "wide 312", "wide 313"]


def test_the_same_file_is_known(server: Running) -> None:
    first, second = server.keep(png(320)), server.keep(png(320), "again.png")
    assert (first["known"], second["known"]) == (False, True)
    assert first["document"] == second["document"]


def test_a_request_that_is_sent_again_makes_no_second_job(server: Running) -> None:
    headers = {"Idempotency-Key": "from-my-phone-1"}
    ids = [server.post("/v1/jobs", files={"file": png(330)}, headers=headers).json()["jobs"][0]["id"] for _ in "ab"]
    assert ids[0] == ids[1]
    other = server.post("/v1/jobs", files={"file": png(330)}, headers={"Idempotency-Key": "2"}).json()
    assert other["jobs"][0]["id"] != ids[0]


def test_a_file_that_cannot_be_read_fails_its_job(server: Running) -> None:
    told = server.keep(b"no picture", "letter.txt")
    assert told["status"] == "failed"
    assert told["error"]["kind"] == "UnsupportedInput"
    assert "letter.txt" in told["error"]["message"]
    assert server.get(f"/v1/jobs/{told['id']}/result").status_code == 409


def test_events_tell_every_state_and_end(start: Callable[..., Running]) -> None:
    server = start(readers=1)
    server.reader.gate.clear()
    (job,) = server.post("/v1/jobs", files={"file": png(340)}).json()["jobs"]
    stream = server.get(f"/v1/jobs/{job['id']}/events", stream=True)
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    lines = stream.iter_lines(decode_unicode=True)
    seen = []
    for line in lines:
        if line.startswith("event: "):
            seen.append(line.removeprefix("event: "))
        if line.startswith("data: ") and seen[-1] == "running":
            server.reader.gate.set()
        if line.startswith("data: "):
            last = json.loads(line.removeprefix("data: "))
    assert seen[-2:] == ["running", "done"]
    assert last["document"] == 1


def test_a_job_that_there_is_not(server: Running) -> None:
    assert server.get("/v1/jobs/none").status_code == 404
    assert server.get("/v1/jobs/none/events").status_code == 404


def test_too_many_jobs_are_told_when_to_come_back(start: Callable[..., Running]) -> None:
    server = start(readers=1, jobs=2)
    server.reader.gate.clear()
    answers = [server.post("/v1/jobs", files={"file": png(350 + number)}) for number in range(5)]
    server.reader.gate.set()
    assert [answer.status_code for answer in answers[:2]] == [202, 202]
    assert answers[-1].status_code == 503
    assert int(answers[-1].headers["Retry-After"]) >= 1


_SLOW = """
import sys, time
sys.path.insert(0, sys.argv[3])
from penscript.notes import open_notes
from penscript.server.app import create_app
from penscript.server.options import ServerOptions
from penscript.server.running import Address, server_of
from serving import fake_engine
engine = fake_engine()
read = engine._reader.read_page
engine._reader.read_page = lambda *a, **k: (time.sleep(float(sys.argv[4])), read(*a, **k))[1]
address = Address("127.0.0.1", int(sys.argv[1]))
app = create_app(engine, open_notes(sys.argv[2]), ServerOptions(readers=1, rate=None))
server_of(app, address, lambda: print("ready", flush=True)).run(sockets=[address.bind()])
"""


def serve_slowly(port: int, url: str, seconds: float) -> subprocess.Popen[bytes]:
    tests = str(Path(__file__).resolve().parent.parent)
    command = [sys.executable, "-c", _SLOW, str(port), url, tests, str(seconds)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


@pytest.mark.skipif(os.name == "nt", reason="there is no kill -9")
def test_accepted_jobs_survive_kill_9(tmp_path: Path) -> None:
    from penscript.server.running import free_port

    port, url = free_port(), f"sqlite:///{tmp_path / 'notes.db'}"
    address = f"http://127.0.0.1:{port}"
    process = serve_slowly(port, url, 0.4)
    ids = []
    for width in range(400, 408):
        ids += [job["id"] for job in requests.post(f"{address}/v1/jobs", files={"file": png(width)}).json()["jobs"]]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()

    process = serve_slowly(port, url, 0)
    try:
        until = time.monotonic() + 30
        states: list[dict[str, object]] = []
        while time.monotonic() < until:
            states = [requests.get(f"{address}/v1/jobs/{job}").json() for job in ids]
            if all(state["status"] == "done" for state in states):
                break
            time.sleep(0.1)
        assert {state["status"] for state in states} == {"done"}
        texts = [
            requests.get(f"{address}/v1/documents/{state['document']}/pages/1").json()["lines"][0]["text"]
            for state in states
        ]
        assert texts == [f"wide {width}" for width in range(400, 408)]
        assert len(requests.get(f"{address}/v1/documents").json()["documents"]) == 8
    finally:
        process.kill()
        process.wait()
