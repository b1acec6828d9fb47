"""Errors everywhere: RFC 9457, with a `detail` that older clients show as it is."""

import json
import socket

import requests

from client import BASE, call, check, get, http, nothing, picture, problem, refused, run

JSON = {"content-type": "application/json"}


@check
def what_does_not_exist_is_404_whatever_its_id_looks_like():
    for path in (
        "/nothing/here",
        "/retrieve/asset/0",
        "/retrieve/asset/-1",
        "/retrieve/asset/1e3",
        "/retrieve/asset/99999999999999999999",
        "/retrieve/asset/1%00",
        "/retrieve/asset/%2e%2e%2f",
        f"/task/{nothing()}",
        "/task/%F0%9F%90%BB",
        f"/import/jobs/{nothing()}",
        f"/ingest/status/{nothing()}",
        f"/users/{nothing()}",
        f"/locations/{nothing()}",
        f"/cameras/{nothing()}",
        "/metrics/tenant/nobody-of-that-name",
    ):
        refused("GET", path, 404)

@check
def methods_that_do_nothing_are_405():
    for method, path in (("DELETE", "/upload/"), ("PUT", "/health"), ("GET", "/import/dropbox")):
        answer = requests.request(method, BASE + path, timeout=60)
        problem(answer, 405)
        assert "OPTIONS" in answer.headers["allow"]


@check
def json_that_is_none_is_400():
    for body in ("{", "", "nul", '{"folder_url": }', "[1,", '"text"', "\u0000"):
        response = requests.post(BASE + "/import/dropbox", data=body, headers=JSON, timeout=60)
        # An empty body is a body without its fields.
        problem(response, 422 if body == "" else 400)


@check
def other_media_types_are_415():
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        refused("POST", "/users", 415, data="x", headers={"content-type": kind})


@check
def fields_that_are_wrong_are_422_with_a_pointer_each():
    body = refused("POST", "/locations", 422, json={"name": "", "latitude": "north", "longitude": 999})
    assert {each["pointer"] for each in body["errors"]} == {"/name", "/latitude", "/longitude"}
    refused("POST", "/users", 422, "/name", json={})
    refused("POST", "/users", 422, json=[])
    refused("GET", "/images?limit=1000000000", 422, "/query/limit")
    refused("GET", "/images?limit=5&limit=6", 422, "/query/limit")


@check
def bodies_that_are_too_large_are_413():
    huge = json.dumps({"name": "x" * (5 * 2**20)})
    refused("POST", "/users", 413, data=huge, headers=JSON)


@check
def deep_and_poisoned_json_does_no_harm():
    deep = '{"name": ' + "[" * 100_000 + "]" * 100_000 + "}"
    response = requests.post(BASE + "/users", data=deep, headers=JSON, timeout=60)
    assert response.status_code in (400, 422), response.status_code
    polluted = '{"name": "Eve", "__proto__": {"admin": true}, "constructor": {"prototype": {"admin": true}}}'
    made = requests.post(BASE + "/users", data=polluted, headers=JSON, timeout=60)
    assert made.status_code == 201 and "admin" not in made.text
    assert "admin" not in http.get(BASE + "/health").text
    twice = requests.post(BASE + "/users", data='{"name": "first", "name": "last"}', headers=JSON, timeout=60)
    assert twice.status_code == 201 and twice.json()["name"] == "last"
    endless = requests.post(BASE + "/locations", data='{"name": "x", "latitude": 1e400}', headers=JSON, timeout=60)
    problem(endless, 422, "/latitude")


@check
def every_answer_has_a_request_id():
    given = requests.get(BASE + "/images", headers={"x-request-id": "mine-1"}, timeout=60)
    assert given.headers["x-request-id"] == "mine-1"
    body = problem(requests.get(BASE + "/nothing", headers={"x-request-id": "mine-2"}, timeout=60), 404)
    assert body["request_id"] == "mine-2"
    assert problem(requests.get(BASE + "/nothing", timeout=60), 404)["request_id"]


@check
def nothing_of_the_inside_is_told():
    for response in (
        requests.get(BASE + "/retrieve/asset/%27%20or%201=1", timeout=60),
        requests.get(BASE + "/images?q=%27%3B+drop+table+assets%3B--", timeout=60),
        requests.get(BASE + "/images?cursor=AAAA", timeout=60),
        requests.post(BASE + "/users", data="{", headers=JSON, timeout=60),
    ):
        text = response.text.lower()
        assert response.status_code < 500
        for word in ("postgres", "syntax error at", "node_modules", "    at ", "zoderror", "select "):
            assert word not in text, (word, text)
    assert "x-powered-by" not in get_headers("/health")


def get_headers(path):
    return {name.lower() for name in http.get(BASE + path, timeout=60).headers}


@check
def requests_that_are_no_http_are_answered_and_the_next_one_is_served():
    host, port = BASE.split("/")[2].split(":")
    for raw in (
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /users HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(raw)
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 4"), (raw[:40], answer[:200])
    assert get("/health")["status"] == "healthy"


run()
