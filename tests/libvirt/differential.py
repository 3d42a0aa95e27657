# SPDX-License-Identifier: BSL-1.0
"""Random CPUs and definitions, given to libvirt and to the library; their answers must be the same byte for byte."""

import difflib
import random
import re
import shutil
import sys

from inputs import Maker, Map, read_data
from peers import ask_libvirt, ask_ours, run

# Where libvirt and the library differ on purpose: which commands, and why.
WITHOUT_MODEL = "custom without a model, which libvirt's drivers do not pass on, and which crashes some functions"
BOTH = "features both enabled and disabled, which libvirt before 10 does not look for"


def known_difference(version, has_model, ours):
    if ours.startswith("crash"):
        return None
    if not has_model:
        return WITHOUT_MODEL
    if "enabled and disabled" in ours and tuple(map(int, version.split("."))) < (10,):
        return BOTH
    return None


def named_features(text):
    """The features that an error names: libvirt's in two lists, ours in one."""
    lists = re.findall(r"(?:extra|missing) features: (\S+)", text) or re.findall(r"^features:(.*)$", text, re.MULTILINE)
    return {name.strip() for found in lists for name in found.split(",")} - {""}


def same(libvirt, ours):
    if not libvirt.startswith("error") or not ours.startswith("error"):
        return libvirt == ours
    return "match specification: " not in libvirt or named_features(libvirt) == named_features(ours)


def compare_answers(peer, operation, commands, libvirt, ours, without_model, shown):
    different, known = [], {}
    for i, command in enumerate(commands):
        if not same(libvirt[i], ours[i]):
            why = known_difference(peer.version, not without_model.intersection(command.split()), ours[i])
            if why:
                known[why] = known.get(why, 0) + 1
            else:
                different.append(i)
    counts = {}
    for text in libvirt:
        word = "XML" if text.startswith("<") else text.partition("\n")[0].partition(":")[0] or "empty"
        counts[word] = counts.get(word, 0) + 1
    summary = ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
    if not different:
        print(f"ok {operation} {len(commands)} cases ({summary})")
    else:
        print(f"FAIL {operation} {len(different)} of {len(commands)} cases ({summary})")
    for why, count in known.items():
        print(f"  {count} known to differ: {why}")
    sys.stdout.flush()
    if not different:
        return True
    kept = peer.build / "differences"
    for i in different[:shown]:
        print(f"  {commands[i]}")
        for word in commands[i].split()[1:]:
            if (peer.folder / word).is_file():
                (kept / word).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(peer.folder / word, kept / word)
        both = libvirt[i].splitlines(), ours[i].splitlines()
        lines = difflib.unified_diff(*both, "libvirt", "cpumap", n=2, lineterm="")
        print("".join(f"    {line}\n" for line in list(lines)[:40]), end="")
    print(f"  the inputs are in {kept}", flush=True)
    return False


def differential(peer, ours, operations, args):
    """How many of the operations agree, and how many do not."""
    shutil.rmtree(peer.build / "differences", ignore_errors=True)
    run([ours, "recorded", peer.folder])
    files = sorted(peer.folder.glob("recorded-*.xml"))
    files += sorted(args.data.glob("x86_64-cpuid-*.xml")) if args.data.is_dir() else []
    recorded = [data for data in map(read_data, files) if data]
    maker = Maker(random.Random(f"{args.seed}"), Map(run([ours, "names"]).stdout), recorded, peer.folder)

    passed = failed = 0
    for operation in operations:
        commands = [getattr(maker, "command_" + operation)() for _ in range(args.cases)]
        (peer.build / f"{operation}.commands").write_text("".join(c + "\n" for c in commands))
        answers = ask_libvirt(peer, commands), ask_ours(peer, ours, commands)
        good = compare_answers(peer, operation, commands, *answers, maker.without_model, args.show)
        passed, failed = passed + good, failed + (not good)
    return passed, failed
