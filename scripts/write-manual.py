#!/usr/bin/env python3
"""Writes docs/man/referee.1 from what the command-line parser says of itself.

    .build/release/referee --experimental-dump-help | scripts/write-manual.py > docs/man/referee.1

The package manager's own generator puts each subcommand on a page and today's date on each; this
page is one file, has no date of its own, and the same program gives the same bytes.
"""
import json
import sys


def roff(text):
    text = (text or "").replace("\\", "\\e").replace("-", "\\-").replace("\u2212", "\\-")
    lines = [("\\&" + line) if line[:1] in ".'" else line for line in text.split("\n")]
    return "\n".join(lines)


def entry(argument):
    value = argument.get("valueName", "")
    names = []
    for name in argument.get("names", []):
        names.append(("--" if name["kind"] == "long" else "-") + name["name"])
    if argument["kind"] == "positional":
        head = "\\fI" + roff(value) + "\\fP"
    else:
        head = ", ".join("\\fB" + roff(name) + "\\fP" for name in names)
        if argument["kind"] == "option":
            head += " \\fI" + roff(value) + "\\fP"
    text = " ".join((argument.get("abstract") or "").split())
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += " (default: " + argument["defaultValue"] + ")"
    lines = [".TP", head, roff(text) or "\\&"]
    if argument.get("discussion"):
        lines += [".nf", roff(argument["discussion"]), ".fi"]
    return lines


def visible(command):
    return [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]


COMMON = {"json", "quiet", "verbose", "no-color", "help", "version"}


def is_common(argument):
    return any(name["name"] in COMMON for name in argument.get("names", []))


def section(command, path):
    lines = [".SS " + '"' + roff(" ".join(path)) + '"', roff(command.get("abstract"))]
    if command.get("discussion"):
        for paragraph in command["discussion"].strip().split("\n\n"):
            lines += [".PP", roff(paragraph)]
    for argument in visible(command):
        if not is_common(argument):
            lines += entry(argument)
    for child in command.get("subcommands", []):
        if child["commandName"] != "help":
            lines += section(child, path + [child["commandName"]])
    return lines


def main():
    root = json.load(sys.stdin)["command"]
    discussion = root.get("discussion", "")
    lines = [
        '.TH REFEREE 1 "" "referee" "User Commands"',
        ".SH NAME", "referee \\- " + roff(root["abstract"]),
        ".SH SYNOPSIS", ".B referee", "\\fIsubcommand\\fP [\\fIoptions\\fP]",
        ".SH DESCRIPTION",
        roff("Results go to standard output, progress and errors to standard error. With --json,"),
        roff("standard output is one JSON document with sorted keys."),
        ".SH COMMANDS",
    ]
    for child in root.get("subcommands", []):
        if child["commandName"] != "help":
            lines += section(child, ["referee", child["commandName"]])
    common = {}
    def collect(command):
        for argument in visible(command):
            if is_common(argument):
                common.setdefault(argument["names"][-1]["name"], argument)
        for child in command.get("subcommands", []):
            collect(child)
    collect(root)
    lines.append(".SH COMMON OPTIONS")
    for name in sorted(common):
        lines += entry(common[name])
    lines.append(".SH EXIT STATUS")
    rest = []
    for line in discussion.split("\n"):
        words = line.split(None, 1)
        if len(words) == 2 and words[0].isdigit():
            lines += [".TP", ".B " + words[0], roff(words[1])]
        elif line.strip() and line.strip() != "EXIT CODES":
            rest.append(line)
    lines += [".PP", roff("\n".join(rest))]
    lines += [
        ".SH FILES", "Shell completions:",
        ".B " + roff("referee --generate-completion-script bash|zsh|fish"),
    ]
    print("\n".join(lines))


main()
