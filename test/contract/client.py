"""What the clients of the older services share: the server they talk to, how they retry, poll and page, and how what they
find is told. A script registers its checks with `@check` and ends with `run()`, which prints one JSON line for each."""

import datetime
import json
import os
import re
import sys
import time
import traceback
import uuid

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

# What the test has put up: addresses, folders, and the base that paths are appended to.
WORLD = json.loads(os.environ["CONTRACT"])
BASE = WORLD["base"]
# Longest wait for the pipeline. Only a broken one takes that long.
PATIENCE = 90

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
SHA256 = re.compile(r"^[0-9a-f]{64}$")

_checks = []


def check(function):
    _checks.append(function)
    return function


def run():
    """Runs all checks in their order; a failed one does not keep the next from running."""
    for function in _checks:
        error = None
        try:
            function()
        except Exception:
            error = traceback.format_exc(limit=-3)
        print(json.dumps({"name": function.__name__.replace("_", " "), "error": error}), flush=True)
    sys.exit(0)


def session():
    """As those clients were set up: what passes by itself is tried again, POST included."""
    made = requests.Session()
    retry = Retry(
        total=5,
        backoff_factor=0.2,
        status_forcelist=[429, 502, 503, 504],
        allowed_methods=None,
        respect_retry_after_header=True,
    )
    made.mount("http://", HTTPAdapter(max_retries=retry))
    return made


http = session()


def call(method, path, status, **kwargs):
    """One call that must be answered with this status. Returns the response."""
    kwargs.setdefault("timeout", 60)
    response = http.request(method, BASE + path, **kwargs)
    expected = status if isinstance(status, tuple) else (status,)
    assert response.status_code in expected, (method, path, response.status_code, response.text[:600])
    return response


def get(path, **params):
    return call("GET", path, 200, params=params or None).json()


def post(path, status, body=None):
    return call("POST", path, status, json=body).json()


def until(what, look, good):
    """Polls as those clients did: ask, look, sleep."""
    deadline = time.monotonic() + PATIENCE
    while True:
        seen = look()
        if good(seen):
            return seen
        assert time.monotonic() < deadline, (what, seen)
        time.sleep(0.1)


def pages(path, key, **params):
    """Everything of a list, page by page, until a page is empty."""
    found, page = [], 1
    while True:
        body = get(path, page=page, **params)
        assert body["page"] == page
        if not body[key]:
            return found
        found.extend(body[key])
        page += 1


def has(body, *names):
    missing = [name for name in names if name not in body]
    assert not missing, (missing, sorted(body))


def is_time(text):
    assert isinstance(text, str) and text.endswith("Z"), text
    datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def problem(response, status, pointer=None):
    """RFC 9457, and `detail` a string that a person understands."""
    assert response.status_code == status, (response.status_code, response.text[:600])
    assert response.headers["content-type"].split(";")[0] == "application/problem+json"
    body = response.json()
    for name in ("type", "title", "detail", "request_id"):
        assert isinstance(body[name], str) and body[name], (name, body)
    assert body["status"] == status
    assert ":" in body["type"]
    assert " " in body["detail"]
    if pointer is not None:
        assert pointer in [error["pointer"] for error in body["errors"]], body
        assert all(isinstance(error["detail"], str) for error in body["errors"])
    if status in (429, 503):
        assert int(response.headers["retry-after"]) > 0
    return body


def refused(method, path, status, pointer=None, **kwargs):
    kwargs.setdefault("timeout", 60)
    return problem(requests.request(method, BASE + path, **kwargs), status, pointer)


def nothing():
    """An id that nobody has."""
    return str(uuid.uuid4())


def picture(name):
    with open(os.path.join(WORLD["pictures"], name), "rb") as file:
        return file.read()


def page_of(url):
    """The bytes of an address in an answer, which may be relative to the server."""
    server = BASE.removesuffix("/api/v1")
    response = http.get(url if url.startswith("http") else server + url, timeout=60)
    assert response.status_code == 200, (url, response.status_code)
    return response
