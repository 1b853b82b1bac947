# Runs timeoutlint on files and reads its JSON.
import json
import os
import subprocess


class Failure(Exception):
    pass


def check(program, folder, files, rules, flags=(), options=()):
    """The diagnostics of `files` in `folder`, analysed as one program with these flags of the compiler and options of check."""
    command = [os.path.abspath(program), "check", "--format", "json", "--no-cache", "--fail-on", "never", "-q", "--disable", "*"]
    for rule in rules:
        command += ["--enable", rule]
    command += list(options) + list(files) + ["--", "-I.", "-std=c17"] + list(flags)
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        raise Failure("did not end within 120 s: (cd %s && %s)" % (folder, " ".join(command)))
    try:
        found = json.loads(done.stdout)
    except ValueError:
        raise Failure("exit status %d, no JSON: (cd %s && %s)\n%s" % (done.returncode, folder, " ".join(command), done.stderr[-2000:]))
    if done.returncode != 0 or not found["complete"]:
        raise Failure("exit status %d, incomplete: (cd %s && %s)\n%s" % (done.returncode, folder, " ".join(command), done.stderr[-2000:]))
    return found["diagnostics"]


def check_with_stats(program, folder, files, flags, options, cache, statuses=(0,)):
    """The findings of all rules and the numbers of the run, with this cache (None: without), which may end in one of these."""
    command = [os.path.abspath(program), "check", "--format", "json", "--fail-on", "never", "-q", "--stats=json"]
    command += ["--cache-dir", cache] if cache else ["--no-cache"]
    command += list(options) + list(files) + ["--", "-I."] + list(flags)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    if done.returncode not in statuses:
        raise Failure("exit status %d: (cd %s && %s)\n%s" % (done.returncode, folder, " ".join(command), done.stderr[-2000:]))
    return json.loads(done.stdout)["diagnostics"], json.loads(done.stderr.splitlines()[-1])


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as out:
        out.write(text)
    return name
