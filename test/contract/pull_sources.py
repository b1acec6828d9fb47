"""Section A: the service that polled directories every hour."""

import json

import websocket

from client import BASE, WORLD, UUID, call, check, get, has, http, is_time, nothing, post, refused, run, until

FIELDS = (
    "id name user_id location_id base_url auth_type auth_username auth_header is_active kind schedule max_files_per_run "
    "timezone include exclude recursive last_pulled_filename last_pull_timestamp next_run last_run has_credential"
).split()
ids = {}


def source(identifier):
    return next(each for each in get("/image-pull-sources", include_inactive="true") if each["id"] == identifier)


def finished(identifier):
    seen = until(
        "the run ends",
        lambda: source(identifier),
        lambda each: each["last_run"] and each["last_run"]["finished_at"] is not None,
    )
    return seen


@check
def users_and_locations_give_the_ids():
    user = post("/users", 201, {"name": "Ada"})
    assert UUID.match(user["id"]) and user["name"] == "Ada"
    assert get(f"/users/{user['id']}") == user
    assert user in get("/users")
    place = {"name": "North gate", "latitude": 51.5, "longitude": -0.12, "timezone": "Europe/London"}
    location = post("/locations", 201, place)
    assert UUID.match(location["id"])
    assert {name: location[name] for name in place} == place
    assert get(f"/locations/{location['id']}") == location
    assert location in get("/locations")
    refused("GET", f"/users/{nothing()}", 404)
    refused("GET", f"/locations/{nothing()}", 404)
    refused("POST", "/locations", 422, "/latitude", json={"name": "x", "latitude": 91})
    ids["user"], ids["location"] = user["id"], location["id"]


@check
def a_source_is_made_with_the_defaults_of_old():
    made = call(
        "POST",
        "/image-pull-sources",
        201,
        json={
            "name": "Field camera",
            "user_id": ids["user"],
            "location_id": ids["location"],
            "base_url": WORLD["photos"],
            "auth_type": "none",
            "is_active": True,
        },
    ).json()
    has(made, *FIELDS)
    assert UUID.match(made["id"])
    assert made["kind"] == "http-directory"
    assert made["schedule"] == "0 * * * *"
    assert made["max_files_per_run"] == 10
    assert made["is_active"] is True
    assert made["user_id"] == ids["user"] and made["location_id"] == ids["location"]
    assert made["last_pulled_filename"] is None and made["last_pull_timestamp"] is None
    assert made["has_credential"] is False
    ids["source"] = made["id"]
    upcoming = until("it is scheduled", lambda: source(made["id"])["next_run"], lambda at: at is not None)
    is_time(upcoming)
    # On the hour, or some seconds later: not all sources of the world at the same moment.
    assert upcoming[14:16] == "00", upcoming


@check
def credentials_are_never_shown():
    secrets = ["hunter2-canary", "Bearer canary-token"]
    basic = call(
        "POST",
        "/image-pull-sources",
        201,
        json={
            "name": "Locked",
            "base_url": WORLD["locked"],
            "auth_type": "basic",
            "auth_username": "ada",
            "auth_password": secrets[0],
            "is_active": False,
        },
    )
    header = call(
        "POST",
        "/image-pull-sources",
        201,
        json={
            "name": "Header",
            "base_url": WORLD["photos"],
            "auth_type": "header",
            "auth_header": secrets[1],
            "is_active": False,
        },
    )
    everything = call("GET", "/image-pull-sources", 200, params={"include_inactive": "true"})
    for response in (basic, header, everything):
        assert not any(secret in response.text for secret in secrets)
    assert basic.json()["has_credential"] is True and header.json()["has_credential"] is True
    assert basic.json()["auth_username"] == "ada"
    ids["locked"], ids["header"] = basic.json()["id"], header.json()["id"]


@check
def lists_show_active_sources_unless_asked():
    active = [each["id"] for each in get("/image-pull-sources")]
    everything = [each["id"] for each in get("/image-pull-sources", include_inactive="true")]
    assert ids["source"] in active and ids["locked"] not in active
    assert ids["locked"] in everything
    for each in get("/image-pull-sources"):
        has(each, *FIELDS)


@check
def test_mode_stores_nothing():
    before = get("/images")["total"]
    report = call("POST", f"/image-pull-sources/{ids['source']}/test?files=2", 200).json()
    assert report["ok"] is True, report
    assert report["listed"] == WORLD["photo_count"] and len(report["fetched"]) == 2
    assert get("/images")["total"] == before
    failed = call("POST", f"/image-pull-sources/{ids['header']}/test", 200).json()
    assert len(failed["fetched"]) <= 2
    refused("POST", f"/image-pull-sources/{ids['source']}/test?files=-1", 422, "/query/files")


@check
def a_run_takes_as_many_as_it_may_and_the_next_one_the_rest():
    run_now = post(f"/image-pull-sources/{ids['source']}/process", 202)
    assert UUID.match(run_now["run_id"])
    has(run_now, "status", "total_files", "stored_files", "failed_files", "skipped_files", "duplicate_files")
    seen = finished(ids["source"])
    first = seen["last_run"]
    assert first["run_id"] == run_now["run_id"] and first["status"] == "completed"
    # One of the files is no picture: it fails alone.
    assert first["stored_files"] + first["failed_files"] == 10, first
    assert seen["last_pulled_filename"] is not None
    is_time(seen["last_pull_timestamp"])
    again = post(f"/image-pull-sources/{ids['source']}/process", 202)
    assert again["run_id"] != first["run_id"]
    second = finished(ids["source"])["last_run"]
    assert second["stored_files"] + second["failed_files"] >= WORLD["photo_count"] - 10, second
    assert first["stored_files"] + second["stored_files"] == WORLD["photo_count"] - 1
    third = post(f"/image-pull-sources/{ids['source']}/process", 202)["run_id"]
    last = finished(ids["source"])["last_run"]
    assert last["run_id"] == third and last["stored_files"] == 0, last


@check
def what_came_in_is_linked_and_looked_at():
    found = get("/images", pull_source_id=ids["source"], limit=100)
    assert found["total"] == WORLD["photo_count"] - 1
    for image in found["images"]:
        assert image["user_id"] == ids["user"] and image["location_id"] == ids["location"]
    boxes = [box for image in found["images"] for box in get(f"/retrieve/asset/{image['id']}")["detections"]]
    assert boxes
    for box in boxes:
        has(box, "label", "confidence", "bbox")
        assert len(box["bbox"]) == 4


@check
def a_run_under_way_is_the_answer():
    made = post("/image-pull-sources", 201, {"name": "Slow", "base_url": WORLD["slow"]})["id"]
    first = post(f"/image-pull-sources/{made}/process", 202)["run_id"]
    second = post(f"/image-pull-sources/{made}/process", 202)["run_id"]
    assert first == second
    assert finished(made)["last_run"]["stored_files"] == WORLD["slow_count"]


@check
def one_failing_source_blocks_nobody():
    broken = post("/image-pull-sources", 201, {"name": "Gone", "base_url": WORLD["nowhere"]})["id"]
    post(f"/image-pull-sources/{broken}/process", 202)
    post(f"/image-pull-sources/{ids['source']}/process", 202)
    assert finished(ids["source"])["last_run"]["status"] == "completed"
    call("PATCH", f"/image-pull-sources/{broken}/toggle", 200, json={"is_active": False})


@check
def toggling_flips_or_sets():
    path = f"/image-pull-sources/{ids['source']}/toggle"
    assert call("PATCH", path, 200, json={"is_active": False}).json()["is_active"] is False
    assert call("PATCH", path, 200, json={"is_active": False}).json()["is_active"] is False
    assert call("PATCH", path, 200).json()["is_active"] is True
    assert call("PATCH", path, 200).json()["is_active"] is False
    assert call("PATCH", path + "?is_active=true", 200).json()["is_active"] is True
    assert call("PATCH", path, 200, json={"is_active": False}).json()["next_run"] is None


@check
def items_can_be_pushed_over_a_websocket():
    made = post("/image-pull-sources", 201, {"name": "Hooks", "kind": "push"})["id"]
    socket = websocket.create_connection(
        BASE.replace("http://", "ws://") + f"/image-pull-sources/{made}/items",
        suppress_origin=True,
        timeout=60,
    )
    socket.send(json.dumps({"id": "a", "items": [{"url": WORLD["pushed"], "name": "pushed.jpg"}]}))
    answer = json.loads(socket.recv())
    assert answer["id"] == "a" and answer["ok"] is True and UUID.match(answer["run_id"])
    socket.send("no json")
    answer = json.loads(socket.recv())
    assert answer["ok"] is False and answer["problem"]["status"] == 400
    socket.close()
    assert finished(made)["last_run"]["stored_files"] == 1


@check
def what_is_wrong_is_said():
    for method, path in (
        ("POST", f"/image-pull-sources/{nothing()}/process"),
        ("PATCH", f"/image-pull-sources/{nothing()}/toggle"),
        ("POST", f"/image-pull-sources/{nothing()}/test"),
        ("POST", "/image-pull-sources/7/process"),
    ):
        refused(method, path, 404)
    good = {"name": "x", "base_url": WORLD["photos"]}
    for change, pointer in (
        ({"name": ""}, "/name"),
        ({"auth_type": "ntlm"}, "/auth_type"),
        ({"schedule": "now and then"}, "/schedule"),
        ({"max_files_per_run": 0}, "/max_files_per_run"),
        ({"timezone": "Middle/Earth"}, "/timezone"),
        ({"user_id": nothing()}, "/user_id"),
        ({"location_id": nothing()}, "/location_id"),
        ({"user_id": "7"}, "/user_id"),
    ):
        refused("POST", "/image-pull-sources", 422, pointer, json={**good, **change})
    refused("POST", "/image-pull-sources", 422, json={"name": "x", "base_url": "gopher://old/hole"})
    refused("POST", "/image-pull-sources", 422, json={"name": "x"})
    refused("POST", "/image-pull-sources", 400, data="{", headers={"content-type": "application/json"})
    refused("POST", "/image-pull-sources", 415, data="x=1", headers={"content-type": "text/plain"})
    assert http.get(BASE + "/image-pull-sources?include_inactive=false").status_code == 200


run()
