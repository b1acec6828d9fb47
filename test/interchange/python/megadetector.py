"""Checks a file against the published rules of MegaDetector's output format 1.6. Prints what is wrong with it, as JSON."""

import json
import sys


def is_id(key):
    return isinstance(key, str) and key.isdigit()


def check_names(names, what, wrong):
    for key, name in names.items():
        if not is_id(key):
            wrong.append(f"{what}: the id {key!r} is not a non-negative whole number as a string")
        if not isinstance(name, str) or not name.strip():
            wrong.append(f"{what}: the name of {key!r} is blank")


def check_detection(found, where, document, wrong):
    if found.get("category") not in document["detection_categories"]:
        wrong.append(f"{where}: category {found.get('category')!r} is not listed")
    # An int is refused here: downstream readers tell the two apart.
    if not isinstance(found.get("conf"), float) or not 0 <= found["conf"] <= 1:
        wrong.append(f"{where}: conf {found.get('conf')!r} is not a float between 0 and 1")
    box = found.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(isinstance(side, (int, float)) for side in box):
        wrong.append(f"{where}: bbox {box!r} is not four numbers")
    elif any(side < 0 or side > 1.0001 for side in [*box, box[0] + box[2], box[1] + box[3]]):
        wrong.append(f"{where}: bbox {box!r} is not within the picture")
    scores = []
    for pair in found.get("classifications") or []:
        if pair[0] not in document.get("classification_categories", {}):
            wrong.append(f"{where}: classification {pair[0]!r} is not listed")
        scores.append(pair[1])
    if scores != sorted(scores, reverse=True):
        wrong.append(f"{where}: classifications are not in descending order")


def check_image(image, where, document, wrong):
    if not isinstance(image.get("file"), str) or not image["file"]:
        wrong.append(f"{where}: no file")
    failure = image.get("failure")
    if failure is None:
        if not isinstance(image.get("detections"), list):
            wrong.append(f"{where}: detections are not a list although it was processed")
    elif not isinstance(failure, str):
        wrong.append(f"{where}: failure is not a string")
    elif image.get("detections") is not None:
        wrong.append(f"{where}: detections beside a failure")
    for i, found in enumerate(image.get("detections") or []):
        check_detection(found, f"{where}.detections[{i}]", document, wrong)


def check(document):
    wrong = []
    version = document.get("info", {}).get("format_version")
    if not isinstance(version, str) or float(version) != 1.6:
        wrong.append(f"format_version is {version!r}")
    check_names(document["detection_categories"], "detection_categories", wrong)
    check_names(document.get("classification_categories", {}), "classification_categories", wrong)
    described = document.get("classification_category_descriptions")
    if described is not None and set(described) != set(document["classification_categories"]):
        wrong.append("the descriptions are not of the same ids as the categories")
    if "0" in document["detection_categories"]:
        wrong.append("the id 0 is kept for empty")
    for i, image in enumerate(document["images"]):
        check_image(image, f"images[{i}]", document, wrong)
    known = {
        *("info", "detection_categories", "classification_categories"),
        *("classification_category_descriptions", "images"),
    }
    wrong.extend(f"unknown member {key}" for key in document if key not in known)
    return wrong


with open(sys.argv[1], encoding="utf-8") as file:
    print(json.dumps(check(json.load(file))))
