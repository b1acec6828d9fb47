"""Section D: the second service that imported from Google Drive and Dropbox."""

from client import UUID, WORLD, call, check, get, has, is_time, nothing, pages, refused, run, until

STATES = {"pending", "processing", "completed", "failed", "cancelled", "paused"}
FIELDS = (
    "job_id status source total_files processed_files failed_files progress_percent stored_files skipped_files "
    "duplicate_files rejected_files listing_complete eta_seconds"
).split()
ids = {}


def look(job_id):
    job = get(f"/import/jobs/{job_id}")
    has(job, *FIELDS)
    assert job["job_id"] == job_id and job["status"] in STATES
    assert isinstance(job["progress_percent"], (int, float)) and 0 <= job["progress_percent"] <= 100
    pending = job["total_files"] - job["processed_files"]
    assert pending >= 0
    if job["progress_percent"] == 100:
        assert job["listing_complete"] and pending == 0
    assert job["failed_files"] >= job["rejected_files"]
    return job


def bring_in(path, url):
    answer = call("POST", path, (200, 202), json={"folder_url": url}).json()
    has(answer, "job_id", "task_id", "status", "message")
    assert answer["job_id"] == answer["task_id"] and UUID.match(answer["job_id"])
    assert answer["status"] == "processing"
    return answer["job_id"]


@check
def google_drive_comes_in_with_counts():
    ids["job"] = bring_in("/import/google-drive", WORLD["drive_again"])
    last = -1.0

    def watch():
        nonlocal last
        job = look(ids["job"])
        last = job["progress_percent"]
        return job

    job = until("the job ends", watch, lambda job: job["status"] not in ("pending", "processing"))
    assert job["status"] == "completed" and job["source"] == "google_drive" and last == 100, job
    assert job["total_files"] == job["processed_files"] == WORLD["cloud_count"] + 1
    assert job["stored_files"] == WORLD["cloud_count"]
    # One file of the folder is called .jpg and is not.
    assert job["failed_files"] == job["rejected_files"] == 1
    assert job["total_files"] == sum(
        job[name] for name in ("stored_files", "duplicate_files", "skipped_files", "failed_files")
    )


@check
def dropbox_comes_in_with_counts():
    job_id = bring_in("/import/dropbox", WORLD["dropbox_again"])
    job = until("the job ends", lambda: look(job_id), lambda job: job["status"] == "completed")
    assert job["source"] == "dropbox" and job["progress_percent"] == 100
    assert job["total_files"] == job["processed_files"]


@check
def images_are_paged():
    first = get("/images", source="google_drive")
    assert first["page"] == 1 and first["page_size"] == 20
    whole = pages("/images", "images", source="google_drive", limit=3)
    assert len(whole) == first["total"]
    assert len({image["id"] for image in whole}) == len(whole)
    for image in whole:
        has(image, "id", "name", "size", "mime_type", "source", "created_at", "google_drive_id", "storage_url")
        assert isinstance(image["google_drive_id"], str) and image["storage_url"]
        is_time(image["created_at"])
    page = get("/images", source="google_drive", limit=3, page=2)
    assert (page["page"], page["page_size"], page["count"]) == (2, 3, len(page["images"]))
    assert page["pages"] == -(-page["total"] // 3)


@check
def a_page_beyond_the_end_is_empty():
    page = get("/images", source="google_drive", page=1000)
    assert page["images"] == [] and page["count"] == 0 and page["page"] == 1000 and page["total"] > 0
    nobody = get("/images", source="nobody")
    assert (nobody["images"], nobody["total"], nobody["pages"]) == ([], 0, 0)
    assert get("/images", source="dropbox", limit=1)["images"][0]["google_drive_id"] is None


@check
def limits_hold():
    assert get("/images", limit=100)["page_size"] == 100
    for query, pointer in (
        ("limit=101", "/query/limit"),
        ("limit=0", "/query/limit"),
        ("limit=x", "/query/limit"),
        ("page=0", "/query/page"),
        ("page=-1", "/query/page"),
    ):
        refused("GET", f"/images?{query}", 422, pointer)


@check
def a_job_can_be_paused_and_cancelled():
    slow = call("POST", "/imports", 202, json={"url": WORLD["endless"]}).json()["id"]
    until("it has begun", lambda: look(slow), lambda job: job["status"] == "processing" and job["total_files"] > 0)
    call("POST", f"/imports/{slow}/pause", 200)
    until("it pauses", lambda: look(slow), lambda job: job["status"] == "paused")
    call("POST", f"/imports/{slow}/cancel", 200)
    job = until("it is cancelled", lambda: look(slow), lambda job: job["status"] == "cancelled")
    assert job["total_files"] == job["processed_files"], job
    assert get(f"/task/{slow}")["status"] == "REVOKED"
    refused("POST", f"/imports/{slow}/cancel", 409)


@check
def unknown_jobs_are_not_found():
    refused("GET", f"/import/jobs/{nothing()}", 404)
    refused("GET", "/import/jobs/7", 404)


run()
