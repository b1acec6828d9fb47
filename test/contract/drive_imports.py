"""Section C: the first service that imported from Google Drive and Dropbox."""

from client import BASE, UUID, WORLD, call, check, get, has, is_time, nothing, post, refused, run, until

STATES = {"PENDING", "STARTED", "RETRY", "SUCCESS", "FAILURE", "REVOKED"}


def finished(task_id):
    def look():
        task = get(f"/task/{task_id}")
        has(task, "task_id", "status", "result")
        assert task["task_id"] == task_id and task["status"] in STATES
        return task

    return until("the task ends", look, lambda task: task["status"] in ("SUCCESS", "FAILURE", "REVOKED"))


def bring_in(path, url):
    answer = call("POST", path, 202, json={"folder_url": url}).json()
    has(answer, "message", "task_id")
    assert UUID.match(answer["task_id"]) and isinstance(answer["message"], str)
    return answer["task_id"]


def images(source):
    body = get("/images", source=source)
    has(body, "images", "count")
    for image in body["images"]:
        has(image, "id", "name", "size", "mime_type", "source", "created_at")
        assert isinstance(image["id"], int) and image["source"] == source
        assert image["mime_type"] == "image/jpeg" and image["size"] > 0
        is_time(image["created_at"])
    assert body["count"] == len(body["images"])
    return body["images"]


@check
def google_drive_comes_in():
    task = finished(bring_in("/import/google-drive", WORLD["drive"]))
    assert task["status"] == "SUCCESS", task
    assert isinstance(task["result"], dict)
    assert len(images("google_drive")) >= WORLD["cloud_count"]


@check
def dropbox_comes_in():
    task = finished(bring_in("/import/dropbox", WORLD["dropbox"]))
    assert task["status"] == "SUCCESS", task
    assert len(images("dropbox")) >= WORLD["cloud_count"]


@check
def the_same_again_is_a_success_too():
    assert finished(bring_in("/import/google-drive", WORLD["drive"]))["status"] == "SUCCESS"


@check
def a_folder_that_is_not_there_fails_or_waits_for_help():
    identifier = bring_in("/import/google-drive", "https://drive.google.com/drive/folders/1aBcDeFgHiJkLmNoPqRsTuVwXyZ012345")
    until(
        "it is noticed",
        lambda: get(f"/imports/{identifier}"),
        lambda job: job["state"] in ("failed", "needs_attention"),
    )


@check
def nothing_of_a_source_is_an_empty_list():
    body = get("/images", source="nobody")
    assert body["images"] == [] and body["count"] == 0


@check
def what_is_wrong_is_said():
    for path in ("/import/google-drive", "/import/dropbox"):
        refused("POST", path, 422, "/folder_url", json={})
        refused("POST", path, 422, "/folder_url", json={"folder_url": ""})
        refused("POST", path, 422, "/folder_url", json={"folder_url": 7})
        refused("POST", path, 422, json={"folder_url": "https://example.org/not-a-folder"})
        refused("POST", path, 400, data="{", headers={"content-type": "application/json"})
        refused("POST", path, 415, data="folder_url=x", headers={"content-type": "application/x-www-form-urlencoded"})
    refused("GET", f"/task/{nothing()}", 404)
    refused("GET", "/task/7", 404)


@check
def it_is_healthy():
    assert get("/health")["status"] == "healthy"


run()
