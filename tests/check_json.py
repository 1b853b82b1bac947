"""The JSON of a real run: it is valid against testdata/report/timeoutlint.schema.json, has its keys in the documented order,
is sorted, and is the same, byte by byte, for every -j and order of the files."""
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    sys.exit("check_json.py needs the Python package jsonschema: apt-get install python3-jsonschema")

ROOT = pathlib.Path(__file__).resolve().parent.parent
SCHEMA = json.loads((ROOT / "testdata" / "report" / "timeoutlint.schema.json").read_text())
PROJECT = sorted(path.relative_to(ROOT) for path in (ROOT / "testdata" / "projects" / "checkout").glob("*.c"))
KEYS = ["rule", "severity", "grade", "file", "line", "column", "endLine", "endColumn", "function", "message", "help", "upstreamNs",
        "boundNs", "path", "fixes", "fingerprint"]
TOP_KEYS = ["version", "tool", "complete", "units", "failures", "diagnostics"]


def check(tool, files, *options):
    command = [tool, "check", "--format", "json", "--no-cache", "-q", *options, *map(str, files), "--", "-std=gnu17"]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def shape_problems(text):
    root = json.loads(text)
    problems = [f"{'/'.join(map(str, error.path))}: {error.message}" for error in jsonschema.Draft7Validator(SCHEMA).iter_errors(root)]
    if list(root) != TOP_KEYS:
        problems.append(f"keys in the order {list(root)}")
    for found in root["diagnostics"]:
        if list(found) != [key for key in KEYS if key in found]:
            problems.append(f"keys in the order {list(found)}")
    places = [(found["file"], found["line"], found["column"], found["rule"]) for found in root["diagnostics"]]
    if places != sorted(places, key=lambda place: (place[0].encode(), *place[1:])):
        problems.append("the findings are not sorted")
    if len({found["fingerprint"] for found in root["diagnostics"]}) != len(places):
        problems.append("two findings have one fingerprint")
    return problems


def project_problems(tool):
    first = check(tool, PROJECT)
    if first.returncode != 1:
        return [f"exit status {first.returncode}, not 1: {first.stderr}"]
    problems = shape_problems(first.stdout)
    for files, jobs in ((PROJECT, "1"), (PROJECT[::-1], "3")):
        if check(tool, files, "-j", jobs).stdout != first.stdout:
            problems.append(f"another report with -j {jobs} and {files[0]} first")
    for found in json.loads(first.stdout)["diagnostics"]:
        if not (ROOT / found["file"]).is_file() or found["file"].startswith("/"):
            problems.append(f"{found['file']} is not seen from the working directory")
    return problems


def broken_problems(tool):
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "broken.c"
        broken.write_text("int f(void) { return gone; }\n")
        done = check(tool, [broken])
    if done.returncode != 3:
        return [f"a unit that cannot be analysed: exit status {done.returncode}, not 3: {done.stderr}"]
    root = json.loads(done.stdout)
    problems = shape_problems(done.stdout)
    if root["complete"] or root["units"]["failed"] != 1 or [failure["file"] for failure in root["failures"]] != [str(broken)]:
        problems.append(f"a unit that cannot be analysed is not told: {done.stdout}")
    return problems


def main(tool):
    problems = project_problems(tool) + broken_problems(tool)
    print("\n".join(problems) or "the JSON is as documented")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
