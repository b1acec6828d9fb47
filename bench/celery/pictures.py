"""What a Python service does with a picture: one task each, in the manner of a first script or with one decode.

`python pictures.py <address> <manner>` sends a task for each file that the listing names, waits for all of them, and prints
how many there were and how long it took, as JSON. Settings come from BROKER (an address) and FILES (a directory).
"""

import hashlib
import json
import os
import sys
import time
import uuid

import celery
import imagehash
import requests
from PIL import Image, ImageOps

app = celery.Celery("pictures", broker=os.environ["BROKER"], backend=os.environ["BROKER"])
app.conf.worker_prefetch_multiplier = 4
app.conf.result_expires = 600
session = requests.Session()

RENDITIONS = {"zoom": 1200, "card": 400, "thumb": 100}


@app.task
def bring_in(url, manner):
    directory = os.path.join(os.environ["FILES"], uuid.uuid4().hex)
    os.makedirs(directory)
    original = os.path.join(directory, "original")
    data = session.get(url, timeout=60).content
    with open(original, "wb") as file:
        file.write(data)
    with Image.open(original) as picture:
        exif = {str(tag): str(value) for tag, value in picture.getexif().items()}
        size = picture.size
    phash = MANNERS[manner](original, directory)
    return {"sha256": hashlib.sha256(data).hexdigest(), "size": size, "exif": exif, "phash": phash}


def step_by_step(original, directory):
    """Each step opens the file, as the documentation of both libraries shows it."""
    for name, side in RENDITIONS.items():
        with Image.open(original) as picture:
            picture.thumbnail((side, side))
            ImageOps.exif_transpose(picture).convert("RGB").save(target(directory, name), quality=80)
    with Image.open(original) as picture:
        return str(imagehash.phash(picture))


def one_decode(original, directory):
    """Smaller ones from the larger one, and the first while it loads: the best that Pillow has to offer."""
    with Image.open(original) as picture:
        picture.thumbnail((RENDITIONS["zoom"],) * 2)
        picture = ImageOps.exif_transpose(picture).convert("RGB")
    for name, side in RENDITIONS.items():
        picture.thumbnail((side, side))
        picture.save(target(directory, name), quality=80)
        if name == "card":
            phash = str(imagehash.phash(picture))
    return phash


def target(directory, name):
    return os.path.join(directory, f"{name}.jpg")


MANNERS = {"step-by-step": step_by_step, "one-decode": one_decode}


def main(address, manner):
    names = [entry["name"] for entry in requests.get(address, timeout=60).json()]
    start = time.perf_counter()
    results = [bring_in.delay(address + name, manner) for name in names]
    for result in results:
        result.get(timeout=600)
    print(json.dumps({"pictures": len(results), "seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main(*sys.argv[1:])
