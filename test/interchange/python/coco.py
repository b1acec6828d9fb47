"""Loads a file as COCO and prints what the library makes of it, as JSON."""

import contextlib
import io
import json
import sys

from pycocotools.coco import COCO

with contextlib.redirect_stdout(io.StringIO()):
    coco = COCO(sys.argv[1])

names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
by_image = {}
for image in coco.loadImgs(coco.getImgIds()):
    found = coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))
    by_image[image["id"]] = [[names[one["category_id"]], one.get("bbox")] for one in found]
large = coco.loadAnns([i for i in coco.getAnnIds() if "area" in coco.anns[i] and coco.anns[i]["area"] > 1000])
print(json.dumps({"names": names, "images": by_image, "large": len(large)}))
