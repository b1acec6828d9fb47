"""Section B: the service that took frames of cameras."""

import requests

from client import (
    BASE, SHA256, UUID, WORLD, call, check, get, has, is_time, nothing, page_of, picture, post, refused, run, until,
)

REQUEST = "request_id status source_type camera_id message frames frame_count error created_at updated_at".split()
FRAME = "frame_id camera_id storage_path width height size mime_type captured_at metadata".split()
STATES = {"pending", "processing", "completed", "failed", "partial"}


def upload(files, **fields):
    parts = [("files", (name, data, "image/jpeg")) for name, data in files]
    return requests.post(BASE + "/ingest/upload", data=fields, files=parts, timeout=60)


def finished(request_id):
    def look():
        body = get(f"/ingest/status/{request_id}")
        has(body, *REQUEST)
        assert body["request_id"] == request_id and body["status"] in STATES
        return body

    return until("the frames are done", look, lambda body: body["status"] not in ("pending", "processing"))


@check
def frames_are_taken():
    answer = upload([("a.jpg", picture("one.jpg")), ("b.jpg", picture("two.jpg"))], camera_id="gate")
    assert answer.status_code in (200, 202), answer.text
    body = answer.json()
    has(body, "request_id", "status", "source_type", "frames")
    assert UUID.match(body["request_id"]) and body["source_type"] == "upload"
    if answer.status_code == 200:
        assert body["status"] == "completed"
    done = finished(body["request_id"])
    assert done["status"] == "completed" and done["frame_count"] == 2 and done["error"] is None
    is_time(done["created_at"])
    is_time(done["updated_at"])
    for frame, name in zip(done["frames"], ("one.jpg", "two.jpg")):
        has(frame, *FRAME)
        assert UUID.match(frame["frame_id"]) and frame["camera_id"] == "gate"
        assert (frame["width"], frame["height"], frame["mime_type"]) == (320, 240, "image/jpeg")
        assert frame["size"] == len(picture(name))
        assert isinstance(frame["storage_path"], str) and isinstance(frame["metadata"], dict)
        assert page_of(frame["storage_url"]).content == picture(name)
        if frame["captured_at"] is not None:
            is_time(frame["captured_at"])


@check
def a_bad_frame_is_reported_beside_the_good_ones():
    answer = upload([("bad.jpg", b"no picture"), ("good.jpg", picture("three.jpg"))], camera_id="gate")
    assert answer.status_code in (200, 202)
    done = finished(answer.json()["request_id"])
    assert done["status"] == "partial" and isinstance(done["error"], str)
    bad, good = done["frames"]
    assert bad["status"] == "failed" and bad["error"]["type"] == "unsupported_format"
    assert good["status"] == "completed" and good["error"] is None
    nobody = upload([("bad.jpg", b"no picture")], camera_id="gate")
    assert finished(nobody.json()["request_id"])["status"] == "failed"


@check
def forms_that_are_wrong_are_refused():
    one = [("files", ("a.jpg", picture("one.jpg"), "image/jpeg"))]
    refused("POST", "/ingest/upload", 422, "/camera_id", files=one)
    refused("POST", "/ingest/upload", 422, "/files", data={"camera_id": "gate"}, files={"x": (None, "y")})
    refused("POST", "/ingest/upload", 422, "/files", data={"camera_id": "gate"}, files={"file": ("a.jpg", b"x")})
    refused("GET", f"/ingest/status/{nothing()}", 404)
    refused("GET", "/ingest/status/7", 404)


@check
def streams_are_accepted():
    for mode, more in (
        ("single_frame", {}),
        ("burst", {"frame_count": 2}),
        ("interval", {"interval_seconds": 3600, "duration_seconds": 1}),
        ("continuous", {"fps": 1, "duration_seconds": 1}),
    ):
        body = {"rtsp_url": WORLD["dead_camera"], "camera_id": f"dead-{mode}", "capture_mode": mode, **more}
        answer = call("POST", "/ingest/rtsp", 202, json=body).json()
        has(answer, "request_id", "status", "source_type", "camera_id", "message", "frames")
        assert UUID.match(answer["request_id"]) and answer["source_type"] == "rtsp"
        assert answer["camera_id"] == f"dead-{mode}" and answer["frames"] == []
        assert answer["status"] in ("pending", "processing")
        assert get(f"/ingest/status/{answer['request_id']}")["source_type"] == "rtsp"


@check
def a_stream_gives_frames():
    if WORLD["camera"] is None:
        return
    begun = post("/ingest/rtsp", 202, {
        "rtsp_url": WORLD["camera"], "camera_id": "lens", "capture_mode": "burst", "frame_count": 2,
    })
    done = finished(begun["request_id"])
    assert done["status"] == "completed" and done["frame_count"] == 2, done
    for frame in done["frames"]:
        has(frame, *FRAME)
        assert (frame["width"], frame["height"], frame["camera_id"]) == (320, 240, "lens")
        is_time(frame["captured_at"])
        assert page_of(frame["storage_url"]).content[:2] == b"\xff\xd8"


@check
def stream_orders_that_are_wrong_are_refused():
    good = {"rtsp_url": "rtsp://192.0.2.7/live", "camera_id": "x"}
    for change, pointer in (
        ({"rtsp_url": "http://192.0.2.7/"}, "/rtsp_url"),
        ({"rtsp_url": "file:///etc/passwd"}, "/rtsp_url"),
        ({"capture_mode": "forever"}, "/capture_mode"),
        ({"camera_id": ""}, "/camera_id"),
        ({"frame_count": 0, "capture_mode": "burst"}, "/frame_count"),
        ({"fps": -1, "capture_mode": "continuous"}, "/fps"),
    ):
        refused("POST", "/ingest/rtsp", 422, pointer, json={**good, **change})
    refused("POST", "/ingest/rtsp", 422, "/rtsp_url", json={"camera_id": "x"})


@check
def cameras_are_configured_and_calibrated():
    secret = "lens-canary"
    made = call("POST", "/cameras", 201, json={
        "name": "Gate " + nothing()[:8],
        "rtsp_url": f"rtsp://ada:{secret}@192.0.2.7/live",
        "defaults": {"capture_mode": "interval", "interval_seconds": 30},
        "latitude": 51.5,
        "longitude": -0.1,
    })
    assert secret not in made.text
    camera = made.json()
    path = f"/cameras/{camera['id']}"
    assert camera["has_credentials"] is True and camera["defaults"]["interval_seconds"] == 30
    assert camera["id"] in [each["id"] for each in get("/cameras", limit=100)["cameras"]]
    assert get(path)["latitude"] == 51.5
    changed = call("PATCH", path, 200, json={"name": "South"}).json()
    assert changed["name"] == "South" and changed["latitude"] == 51.5
    calibration = {
        "intrinsics": {"fx": 800.0, "fy": 800.0, "cx": 160.0, "cy": 120.0, "width": 320, "height": 240},
        "distortion": {"model": "brown-conrady", "coefficients": [0.1, 0.0, 0.0, 0.0, 0.0]},
    }
    call("PUT", f"{path}/calibration", 200, json=calibration)
    assert get(f"{path}/calibration")["intrinsics"]["fx"] == 800.0
    refused("GET", f"/cameras/{nothing()}", 404)
    refused("PATCH", f"/cameras/{nothing()}", 404, json={"name": "x"})
    again = {"name": "twin", "camera_id": camera["camera_id"], "rtsp_url": "rtsp://192.0.2.7/live"}
    refused("POST", "/cameras", 409, json=again)


@check
def the_service_tells_of_itself():
    health = get("/health")
    assert health["status"] == "healthy" and isinstance(health, dict)
    metrics = call("GET", "/metrics", 200)
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "# TYPE " in metrics.text
    document = get("/openapi.json")
    assert document["openapi"].startswith("3.1")
    server = BASE.removesuffix("/api/v1")
    docs = requests.get(server + "/docs", timeout=60)
    assert docs.status_code == 200 and "text/html" in docs.headers["content-type"]


run()
