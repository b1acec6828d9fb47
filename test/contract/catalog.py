"""Section E: the catalog."""

import hashlib

import requests

from client import (
    BASE, SHA256, WORLD, call, check, get, has, http, nothing, page_of, picture, post, refused, run, until,
)

# Of this run alone, so that counts are known.
SHOP, OTHER = "shop " + nothing(), "other " + nothing()
ids = {}


def upload(name, tenant=SHOP, data=None):
    answer = http.post(
        BASE + "/upload/",
        data={"tenant_name": tenant},
        files={"file": (name, data if data is not None else picture(name), "image/jpeg")},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    body = answer.json()
    has(body, "asset_id", "status", "content_hash", "job_id")
    assert isinstance(body["asset_id"], int) and isinstance(body["job_id"], int)
    assert body["status"] == "uploaded" and SHA256.match(body["content_hash"])
    return body


def ready(asset_id):
    return until(
        "the asset is ready", lambda: get(f"/retrieve/asset/{asset_id}"), lambda asset: asset["status"] != "processing"
    )


def size_of(data):
    """Width and height of a JPEG."""
    at = 2
    while True:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in (0xC0, 0xC1, 0xC2):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + length


@check
def an_upload_is_an_asset():
    body = upload("large.jpg")
    assert body["content_hash"] == hashlib.sha256(picture("large.jpg")).hexdigest()
    ids["large"] = body["asset_id"]
    asset = ready(body["asset_id"])
    has(asset, "status", "content_hash", "width", "height", "metadata", "renditions", "detections")
    assert asset["status"] == "ready" and asset["content_hash"] == body["content_hash"]
    assert (asset["width"], asset["height"]) == (1600, 900)
    assert sorted(each["preset"] for each in asset["renditions"]) == ["card", "thumb", "zoom"]
    for rendition in asset["renditions"]:
        assert page_of(rendition["url"]).headers["content-type"] == rendition["mime_type"]


@check
def the_same_bytes_are_the_same_asset_within_a_tenant():
    again = upload("large.jpg", data=picture("large.jpg"))
    assert again["asset_id"] == ids["large"]
    assert upload("large.jpg", tenant=OTHER)["asset_id"] != ids["large"]
    without = http.post(BASE + "/upload/", files={"file": ("x.jpg", picture("large.jpg"))}, timeout=60)
    assert without.status_code == 200 and without.json()["asset_id"] != ids["large"]


@check
def renditions_fit_and_are_never_enlarged():
    for preset, expected in (("thumb", (100, 56)), ("card", (400, 225)), ("zoom", (1200, 675))):
        answer = call("GET", f"/retrieve/rendition/{ids['large']}/{preset}", 200)
        assert answer.headers["content-type"] == "image/jpeg"
        assert size_of(answer.content) == expected, (preset, size_of(answer.content))
    small = upload("one.jpg")["asset_id"]
    ready(small)
    for preset, expected in (("thumb", (100, 75)), ("card", (320, 240)), ("zoom", (320, 240))):
        assert size_of(call("GET", f"/retrieve/rendition/{small}/{preset}", 200).content) == expected
    ids["small"] = small


@check
def what_is_not_there_is_not_found():
    for path in (
        "/retrieve/asset/999999999",
        "/retrieve/asset/nothing",
        f"/retrieve/rendition/{ids['large']}/huge",
        "/retrieve/rendition/999999999/thumb",
        f"/metrics/tenant/{nothing()}",
    ):
        refused("GET", path, 404)
    refused("POST", "/compare/999999999", 404, files={"file": ("x.jpg", picture("one.jpg"))})


@check
def comparing_says_how_much_differs():
    same = call("POST", f"/compare/{ids['small']}", 200, files={"file": ("x.jpg", picture("one.jpg"))}).json()
    for preset in ("thumb", "card", "zoom"):
        has(same[preset], "psnr", "identical", "phash_distance", "ssim")
        assert same[preset]["psnr"] is None and same[preset]["identical"] is True
        assert same[preset]["phash_distance"] == 0 and same[preset]["ssim"] == 1
    other = call("POST", f"/compare/{ids['small']}", 200, files={"file": ("x.jpg", picture("two.jpg"))}).json()
    for preset in ("thumb", "card", "zoom"):
        assert other[preset]["identical"] is False and 0 < other[preset]["psnr"] < 60, other[preset]
        assert other[preset]["ssim"] < 1
    refused("POST", f"/compare/{ids['small']}", 422, "/file", data={"x": "y"}, files={"y": (None, "z")})
    refused("POST", f"/compare/{ids['small']}", 415, files={"file": ("x.jpg", b"no picture at all")})


@check
def a_tenant_has_figures():
    body = get(f"/metrics/tenant/{SHOP}")
    has(body, "assets", "bytes", "renditions", "jobs", "failures")
    assert body["assets"] == 2 and body["renditions"] == 6 and body["failures"] == 0
    assert body["bytes"] == len(picture("large.jpg")) + len(picture("one.jpg"))
    assert isinstance(body["jobs"], dict) and body["jobs"]["pending"] == 0
    everybody = call("GET", "/metrics", 200, headers={"accept": "application/json"}).json()
    names = [tenant["name"] for tenant in everybody["tenants"]]
    assert SHOP in names and OTHER in names
    text = call("GET", "/metrics", 200, headers={"accept": "text/plain"})
    assert text.headers["content-type"].startswith("text/plain") and SHOP in text.text


@check
def bad_files_are_refused():
    def send(status, name, data, pointer=None):
        refused("POST", "/upload/", status, pointer, data={"tenant_name": SHOP}, files={"file": (name, data)})

    send(415, "x.jpg", b"%PDF-1.7 " + b"x" * 5000)
    send(415, "x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    send(422, "x.jpg", b"")
    send(413, "x.jpg", picture("one.jpg") + b"\0" * WORLD["max_file_bytes"])
    refused("POST", "/upload/", 422, "/file", files={"y": (None, "z")})
    refused("POST", "/upload/", 422, "/tenant_name", data={"tenant_name": "\u0007"}, files={"file": ("x.jpg", picture("two.jpg"))})


@check
def what_fails_lands_in_poison_jobs_or_is_rejected_with_a_reason():
    broken = upload("cut.jpg", data=picture("two.jpg")[:900])
    asset = ready(broken["asset_id"])
    assert asset["status"] == "rejected" and asset["failure"]["type"] == "truncated", asset
    jobs = get("/poison_jobs", tenant_name=SHOP)
    has(jobs, "poison_jobs", "count", "total")


@check
def a_purge_is_shown_before_it_is_done():
    tenant = "purged " + nothing()
    asset = upload("two.jpg", tenant=tenant)["asset_id"]
    ready(asset)
    dry = call("POST", "/purge/", 200, params={"dry_run": "true", "days": 30, "tenant_name": tenant}).json()
    assert dry["dry_run"] is True and dry["count"] == 0
    dry = call("POST", "/purge/", 200, params={"dry_run": "true", "days": 0, "tenant_name": tenant}).json()
    assert dry["count"] == 1 and dry["sample_ids"] == [asset]
    assert get(f"/retrieve/asset/{asset}")["status"] == "ready"
    begun = call("POST", "/purge/", 202, params={"days": 0, "tenant_name": tenant}).json()
    assert begun["dry_run"] is False and begun["count"] == 1
    until(
        "the image is gone",
        lambda: get("/images", tenant_name=tenant)["total"],
        lambda total: total == 0,
    )
    # It can be undone for a day; until then the bytes are there, but nobody finds them.
    gone = requests.get(f"{BASE}/retrieve/asset/{asset}", timeout=60)
    assert gone.status_code == 404 or gone.json()["status"] != "ready"
    refused("POST", "/purge/?dry_run=perhaps", 422, "/query/dry_run")
    refused("POST", "/purge/?days=-1", 422, "/query/days")


@check
def it_is_healthy():
    assert get("/healthz")["status"] == "healthy"


run()
