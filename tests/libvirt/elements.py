# SPDX-License-Identifier: BSL-1.0
"""What the library emits, judged by libvirt: its schema takes it, and what it defines from it means the same."""

import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree as xml

from peers import fail, run

SCHEMA_ERRS = "the schema allows no dot in the name of a host's feature, as sse4.1 has"
DOMAIN = """<domain type='test'>
  <name>{name}</name>
  <memory unit='KiB'>1048576</memory>
  <vcpu>16</vcpu>
  <os><type arch='x86_64'>hvm</type></os>
{cpu}</domain>
"""


def write_elements(peer, ours, count):
    folder = peer.build / "elements"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    run([ours, "elements", folder, count])
    files = sorted(folder.glob("element-*.xml"), key=lambda f: int(f.stem.partition("-")[2]))
    if len(files) < count:
        fail(f"our side wrote {len(files)} elements of at least {count}")
    return files


# ---- The schema ------------------------------------------------------------------------------------------------------


def judge(schema, files):
    """{file: None where the schema takes it, otherwise its errors}"""
    verdicts = {}
    for start in range(0, len(files), 500):
        said = run(["xmllint", "--noout", "--relaxng", schema, *files[start : start + 500]]).stdout
        for name, verdict in re.findall(r"^(.*) (validates|fails to validate)$", said, re.MULTILINE):
            errors = re.findall(rf"^{re.escape(name)}:.*error.*$", said, re.MULTILINE)
            verdicts[pathlib.Path(name)] = None if verdict == "validates" else errors
    return verdicts


def check_schema(peer, files):
    """Whether the schema takes all; None where that cannot be told."""
    schema = peer.schemas / "cpu.rng"
    xmllint = "xmllint (Debian: libxml2-utils)", shutil.which("xmllint")
    for needed, here in (xmllint, (f"{schema.name} of libvirt", schema.is_file())):
        if not here:
            print(f"SKIP: schema of {peer.version}: no {needed} here", flush=True)
            return None
    nonsense = peer.build / "nonsense.xml"
    nonsense.write_text("<cpu mode='nonsense'/>\n")
    if judge(schema, [nonsense]).get(nonsense) is None:
        fail(f"{schema} takes {nonsense}")
    verdicts = judge(schema, files)
    bad, known = [], 0
    for file in files:
        errors = verdicts.get(file, ["xmllint says nothing of it"])
        if errors is None:
            continue
        text = file.read_text()
        if "<arch>" in text and re.search(r"<feature name='[^']*\.", text):
            known += 1
        else:
            bad.append((text, errors))
    print(f"{'FAIL' if bad else 'ok'} schema {len(files)} elements, {len(bad)} not valid")
    if known:
        print(f"  {known} known to differ: {SCHEMA_ERRS}")
    for text, errors in bad[:3]:
        print("".join(f"  {line}\n" for line in errors[:3]) + text, end="", flush=True)
    return not bad


# ---- Defined and dumped ----------------------------------------------------------------------------------------------


def define_and_dump(peer, texts):
    """{name: the <cpu> that libvirt makes of a domain's, or None where it refuses}"""
    script = []
    for name, cpu in texts.items():
        (peer.folder / f"{name}.xml").write_text(DOMAIN.format(name=name, cpu=cpu))
        script += [f"define {name}.xml", f"dumpxml --inactive {name}", f"undefine {name}"]
    virsh = peer.in_folder("virsh", "-q", "-c", "test:///default")
    said = subprocess.run(**virsh, input="\n".join(script) + "\n", capture_output=True, text=True)
    if said.returncode < 0:
        fail(f"virsh of {peer.version} crashed on a definition of ours; the domains are in {peer.folder}")
    dumped = dict.fromkeys(texts)
    for domain in re.findall(r"^<domain type='test'.*?^</domain>$", said.stdout, re.MULTILINE | re.DOTALL):
        name = re.search(r"<name>(.*)</name>", domain).group(1)
        cpu = re.search(r"^  <cpu\b[^>]*/>$|^  <cpu\b.*?^  </cpu>$", domain, re.MULTILINE | re.DOTALL)
        dumped[name] = re.sub(r"^  ", "", cpu.group(0), flags=re.MULTILINE) + "\n" if cpu else ""
    return dumped


def cpus_of(text):
    """The CPUs of a list such as 0-3,^2,8."""
    cpus = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.lstrip("^").partition("-")
        numbers = set(range(int(first), int(last or first) + 1))
        cpus = cpus - numbers if part.startswith("^") else cpus | numbers
    return cpus


def cells_of(cpu):
    """What the cells mean. A distance left out is the one back, or 10 to itself and 20 to others, as libvirt says."""
    cells = xml.fromstring(cpu).findall("numa/cell")
    said = {(cell.get("id"), s.get("id")): int(s.get("value")) for cell in cells for s in cell.iter("sibling")}
    ids = [cell.get("id") for cell in cells] if said else []
    distances = {(a, b): said.get((a, b), said.get((b, a), 10 if a == b else 20)) for a in ids for b in ids}
    return [{**cell.attrib, "cpus": cpus_of(cell.get("cpus", ""))} for cell in cells], distances


def meaning(cpu):
    """The text, but of the cells what they mean: libvirt writes those in its own way."""
    return re.sub(r"  <numa>.*</numa>\n", "", cpu, flags=re.DOTALL), cells_of(cpu)


def check_defined(peer, files):
    """Whether libvirt gives every guest's definition back; None where that cannot be told."""
    if not peer.has_virsh:
        print(f"SKIP: define with {peer.version}: no virsh here (Debian: libvirt-clients)", flush=True)
        return None
    texts = {file.stem: file.read_text() for file in files}
    texts = {name: text for name, text in texts.items() if "<arch>" not in text}
    dumped = define_and_dump(peer, texts)
    refused = [name for name in texts if dumped[name] is None]
    other = [name for name in texts if dumped[name] is not None and meaning(texts[name]) != meaning(dumped[name])]
    exact = sum(texts[name] == dumped[name] for name in texts)
    good = not refused and not other
    print(f"{'ok' if good else 'FAIL'} define {len(texts)} definitions come back, {exact} byte for byte;", end=" ")
    print(f"{len(refused)} refused, {len(other)} changed", flush=True)
    for name in refused[:3]:
        print(texts[name] + define_alone(peer, name, texts[name])[1])
    for name in other[:3]:
        print(f"{texts[name]}  came back as\n{dumped[name]}")
    return good


def define_alone(peer, name, cpu):
    """(whether libvirt takes it, what virsh says), in a process of its own."""
    (peer.folder / f"{name}.xml").write_text(DOMAIN.format(name=name, cpu=cpu))
    said = run(**peer.in_folder("virsh", "-q", "-c", "test:///default", "define", f"{name}.xml"))
    text = said.stdout.strip() if said.returncode >= 0 else f"crash: signal {-said.returncode}"
    return said.returncode == 0, text
