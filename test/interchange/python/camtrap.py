"""
Unpacks a Camtrap DP package, gives its tables the rules from a file in the place of those on the web, and validates it
with frictionless. Prints what it finds, as JSON; each error is [table, row, field, kind, note].
"""

import json
import os
import sys
import zipfile

from frictionless import Package, system

archive, rules = sys.argv[1:]
with zipfile.ZipFile(archive) as file:
    damaged = file.testzip()
    os.chdir(os.path.dirname(archive))
    file.extractall()

with open(rules, encoding="utf-8") as file:
    tables = json.load(file)
with open("datapackage.json", encoding="utf-8") as file:
    package = json.load(file)
package["profile"] = "data-package"
for resource in package["resources"]:
    resource["schema"] = tables[resource["name"]]

with system.use_context(trusted=True):
    report = Package(package).validate()
errors = report.flatten(["title", "rowNumber", "fieldName", "type", "note"])
rows = {task.name: task.stats.get("rows") for task in report.tasks}
print(json.dumps({"damaged": damaged, "valid": report.valid, "errors": errors, "rows": rows}))
