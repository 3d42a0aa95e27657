# SPDX-License-Identifier: BSL-1.0
"""A libvirtd of the test's own: what it makes of two CPUs, and of guests that have them.

The CPUs are this machine's as KVM gives it, and the one that QEMU emulates, which is the same on all machines. The
daemon lives in namespaces of its own, over empty folders: it sees no other daemon's state, and nothing of it is left
when it ends.
"""

import hashlib
import json
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import time
import xml.etree.ElementTree as xml

from differential import named_features
from elements import DOMAIN
from inputs import Maker, Map, data_text, signature_word
from peers import Skip
from refused import CASES, QEMU

PROGRAMS = {
    "libvirtd": "libvirt-daemon-system",
    "virsh": "libvirt-clients",
    "qemu-system-x86_64": "qemu-system-x86",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mount": "mount",
    "umount": "mount",
}
PATH = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin:/usr/bin:/bin"
ENVIRONMENT = {"PATH": PATH, "LC_ALL": "C"}
PLACES = ["/run", "/var/cache", "/var/log", "/var/lib/libvirt", "/etc/libvirt"]  # where a libvirtd keeps its state
SOCKETS = ["/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock"]
SETTINGS = """user = "root"
group = "root"
stdio_handler = "file"
security_driver = "none"
namespaces = [ ]
hugetlbfs_mount = [ ]
"""
# With no cgroups to be seen libvirtd makes none, and with /run empty it finds no D-Bus to register guests at. The
# shell is the first process of its namespace: it reaps the guests, and when it ends the kernel ends all the others.
# It stops the daemon when its standard input is closed, which happens also where the test is killed.
SCRIPT = """
set -e
if mountpoint -q /sys/fs/cgroup; then umount --recursive --lazy /sys/fs/cgroup; fi
settings=$1; shift
for place; do mount -t tmpfs cpumap-live "$place"; done
printf %s "$settings" >/etc/libvirt/qemu.conf
exec 3<&0
libvirtd 3<&- &
daemon=$!
(read -r _ <&3 || kill "$daemon") &
echo ready
wait "$daemon"
"""
GUEST = "cpumap-live"
ACCELERATORS = {"kvm": "kvm", "tcg": "qemu"}  # QEMU's names, and what libvirt calls guests with them


class Failure(Exception):
    """What a part of the test found; ends that part."""


class NoAccelerator(Failure):
    """An accelerator that libvirt does not have here."""


class NotStarted(Failure):
    """A guest that libvirt did not start."""


# ---- What is here ----------------------------------------------------------------------------------------------------


def run(command, **more):
    more = {"capture_output": True, "text": True, "env": ENVIRONMENT, "timeout": 120} | more
    return subprocess.run([str(c) for c in command], **more)


def answers(path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as s:
        try:
            s.connect(path)
        except OSError:
            return False
    return True


def namespaces(*command):
    return ["unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", *command]


def version():
    """The version of the libvirtd here, as in 9.0.0, after a look at all that the test takes; raises Skip."""
    if platform.machine() != "x86_64":
        raise Skip(f"live guests take an x86_64 machine, and this is {platform.machine()}")
    for program, package in PROGRAMS.items():
        if not shutil.which(program, path=PATH):
            raise Skip(f"no {program} here (Debian: {package})")
    if os.geteuid() != 0:
        raise Skip("a libvirtd is started by root alone")
    try:
        os.close(os.open("/dev/kvm", os.O_RDWR))
    except OSError as e:
        raise Skip(f"no use of /dev/kvm: {e.strerror} (kernel modules kvm_intel, kvm_amd)")
    for path in SOCKETS:
        if answers(path):
            raise Skip(f"a libvirt daemon runs here already ({path} answers), and the test leaves it alone")
    if (refused := run(namespaces("true"))).returncode != 0:
        raise Skip(f"no namespaces for a libvirtd: {refused.stderr.strip()}")
    said = run(["libvirtd", "--version"])
    if not (found := re.search(r"\d+\.\d+\.\d+", said.stdout)):
        raise Skip(f"libvirtd does not say which version it is: {said.stdout + said.stderr}")
    return found[0]


# ---- The daemon ------------------------------------------------------------------------------------------------------


class Daemon:
    """libvirtd in its namespaces, from `with` on."""

    def __init__(self, log):
        self.log = log

    def __enter__(self):
        command = namespaces("sh", "-c", SCRIPT, "sh", SETTINGS, *PLACES)
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        # A session of its own: a Ctrl-C is the test's, which then stops the daemon in order.
        more = {"env": ENVIRONMENT, "start_new_session": True, "cwd": "/"}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, **streams, **more, stderr=log)
        try:
            self.wait_for_start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for_start(self):
        if self.process.stdout.readline() != "ready\n":
            raise Skip(f"no private folders for a libvirtd: {self.log.read_text().strip()}")
        self.folder = f"/proc/{self.process.pid}/ns"
        self.namespace = os.stat(f"{self.folder}/mnt").st_ino
        deadline = time.monotonic() + 60
        while (said := self.virsh("version")).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"libvirtd does not start: {said.stderr.strip()}\n{self.log.read_text()}")
            time.sleep(0.1)

    def virsh(self, *args, **more):
        kinds = {"mount": "mnt", "net": "net", "ipc": "ipc", "pid": "pid_for_children"}
        enter = [f"--{kind}={self.folder}/{name}" for kind, name in kinds.items()]
        return run(["nsenter", *enter, "virsh", "--quiet", "--connect", "qemu:///system", *args], **more)

    def ask(self, *args, **more):
        said = self.virsh(*args, **more)
        if said.returncode != 0:
            raise Failure(f"virsh {args[0]}: {said.stderr.strip()}")
        return said.stdout

    def file(self, path):
        return pathlib.Path(f"/proc/{self.process.pid}/root{path}")

    def stop(self):
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()  # unshare's --kill-child takes the namespace's first process along, and it all others
            self.process.wait()
        self.process.stdout.close()

    def left_behind(self):
        """What is left of a daemon that was stopped: processes of its namespaces, and mounts."""
        deadline = time.monotonic() + 10
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        mounts = pathlib.Path("/proc/self/mounts").read_text()
        return left + re.findall(r"^cpumap-live (\S+)", mounts, re.MULTILINE)

    def processes(self):
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                if os.stat(process / "ns" / "mnt").st_ino == self.namespace:
                    found.append(f"process {process.name}: {(process / 'comm').read_text().strip()}")
            except OSError:
                pass  # it ended
        return found


# ---- The library -----------------------------------------------------------------------------------------------------


class Library:
    """The program of ours.cpp, and files for it."""

    def __init__(self, ours, folder):
        self.ours, self.folder = ours.resolve(), folder
        self.map = Map(run([ours, "names"]).stdout)
        self.maker = Maker(None, self.map, [], folder)
        self.known = {}

    def ask(self, commands):
        said = run([self.ours], input="".join(c + "\n" for c in commands), cwd=self.folder)
        found = re.split(r"^== \d+\n", said.stdout, flags=re.MULTILINE)[1:]
        if said.returncode != 0 or len(found) != len(commands):
            raise Failure(f"cpumap answered {len(found)} of {len(commands)} commands: {said.stderr.strip()}")
        return found

    def answer(self, command):
        return self.ask([command])[0]

    def cpu(self, command):
        """The <cpu> element that a command answers."""
        text = self.answer(command)
        if not text.startswith("<cpu"):
            raise Failure(f"cpumap, {command}: {text.strip()}")
        return xml.fromstring(text)

    def write(self, kind, text):
        return self.maker.write(kind, text)

    def numbered(self, bit):
        """A guest that has the features with this bit in their number, counted from 1."""
        lines = [f"<cpu mode='custom'>\n  <model>{self.map.model_names[0]}</model>\n"]
        for number, name in enumerate(self.map.feature_names, 1):
            policy = "require" if number >> bit & 1 else "disable"
            lines.append(f"  <feature policy='{policy}' name='{name}'/>\n")
        return self.write("guest", "".join(lines) + "</cpu>\n")

    def resolve(self, names):
        """{name of QEMU's: the feature of the map that the library takes it for}, without the names it does not know.

        The feature's number is read bit by bit: one guest for each, and the question whether it has the feature.
        """
        names = list(names)
        if new := sorted(set(names) - self.known.keys()):
            guests = [self.numbered(bit) for bit in range(len(self.map.feature_names).bit_length())]
            said = iter(self.ask([f"has_feature {guest} {name}" for name in new for guest in guests]))
            for name in new:
                number = sum((next(said) == "yes\n") << bit for bit in range(len(guests)))
                self.known[name] = self.map.feature_names[number - 1] if number else None
        return {name: self.known[name] for name in names if self.known[name]}

    def data(self, names):
        """Features under QEMU's names as CPUID and MSR words."""
        return self.maker.data_of(self.resolve(names).values())

    def data_file(self, data):
        return self.write("cpu", data_text(data))


# ---- Comparing -------------------------------------------------------------------------------------------------------


def meaning(cpu):
    """What a <cpu> element says, whatever its order: {item: value}; features by name."""
    model = cpu.find("model")
    said = {"mode": cpu.get("mode", "custom"), "match": cpu.get("match", "exact"), "vendor": cpu.findtext("vendor")}
    said["migratable"] = cpu.get("migratable")
    said["model"] = None if model is None else model.text
    said["fallback"] = None if model is None else model.get("fallback", "allow")
    for feature in cpu.findall("feature"):
        said["feature " + feature.get("name")] = feature.get("policy")
    return said


def difference(theirs, ours, rules):
    """How two meanings differ: a line for each reason that a rule gives, and one for each item without a rule.

    rules: {reason: whether it is the reason, of an item and its values in libvirt and in the library}.
    """
    explained, unexplained = {}, []
    for item in sorted(theirs.keys() | ours.keys()):
        a, b = theirs.get(item), ours.get(item)
        if a == b:
            continue
        says = f"{a or 'not there'} in libvirt, {b or 'not there'} in cpumap"
        if why := next((reason for reason, applies in rules.items() if applies(item, a, b)), None):
            explained.setdefault(f"{says}: {why}", []).append(item.removeprefix("feature "))
        else:
            unexplained.append(f"{item}: {says}")
    lines = [f"{len(items)} known to differ: {', '.join(items)}: {why}" for why, items in explained.items()]
    return lines, unexplained


def summary(said):
    counts = {}
    for item, value in said.items():
        if item.startswith("feature "):
            counts[value] = counts.get(value, 0) + 1
    features = ", ".join(f"{count} {policy}" for policy, count in sorted(counts.items())) or "no features"
    return f"{said['model'] or said['mode']}, {features}"


class Report:
    """Prints what passed and what failed, and counts them."""

    def __init__(self):
        self.passed = self.failed = 0

    def ok(self, what, lines=()):
        self.passed += 1
        self.lines(f"ok live {what}", lines)

    def fail(self, what, lines):
        self.failed += 1
        self.lines(f"FAIL live {what}", lines)

    def lines(self, first, lines):
        print("\n  ".join([first, *(part for line in lines for part in line.splitlines())]), flush=True)

    def compared(self, what, theirs, ours, rules):
        theirs, ours = meaning(theirs), meaning(ours)
        explained, unexplained = difference(theirs, ours, rules)
        if unexplained:
            self.fail(f"{what} ({summary(theirs)})", unexplained + explained)
        else:
            self.ok(f"{what} ({summary(theirs)})", explained)
        return not unexplained


# ---- What libvirt makes of a CPU -------------------------------------------------------------------------------------


class Host:
    """What libvirt found of QEMU with an accelerator. What it asked QEMU for is in its cache alone."""

    def __init__(self, daemon, library, accelerator):
        self.accelerator, self.kind = accelerator, ACCELERATORS[accelerator]
        said = daemon.virsh("domcapabilities", "--virttype", self.kind, "--arch", "x86_64")
        if said.returncode != 0:
            raise NoAccelerator(f"{accelerator}: {said.stderr.strip()}")
        self.said = xml.fromstring(said.stdout)
        self.emulator = self.said.findtext("path")
        name = hashlib.sha256(self.emulator.encode()).hexdigest()
        cache = xml.parse(daemon.file(f"/var/cache/libvirt/qemu/capabilities/{name}.xml")).getroot()
        cpu = next((cpu for cpu in cache.iter("hostCPU") if cpu.get("type") == accelerator), None)
        if cpu is None:
            raise Failure(f"{self.emulator} did not tell libvirt what CPU it has with {accelerator}")
        self.properties = {p.get("name"): p for p in cpu.findall("property")}
        self.blockers = {
            cpu.get("name"): [blocker.get("name") for blocker in cpu.findall("blocker")]
            for cpu in cache.findall("cpu")
            if cpu.get("type") == accelerator
        }
        models = self.said.find("cpu/mode[@name='custom']")
        for told in models.findall("blockers"):
            self.blockers[told.get("model")] = [feature.get("name") for feature in told.findall("feature")]
        self.usable = [m.text for m in models.findall("model") if m.get("usable") == "yes"]
        self.library, self.models = library, library.write("models", self.model_list())
        # Features that this QEMU has no property for, and so cannot be told to leave out.
        self.unknown = library.map.features.keys() - set(library.resolve(self.properties).values())

    def model_list(self):
        """The models that QEMU knows, a line each, what blocks them behind a tab."""
        return "".join(f"{name}\t{','.join(blockers)}".strip() + "\n" for name, blockers in self.blockers.items())

    def has_mode(self, name):
        mode = self.said.find(f"cpu/mode[@name='{name}']")
        return mode is not None and mode.get("supported") == "yes"

    def host_model(self):
        if not self.has_mode("host-model"):
            raise Failure("libvirt has no host-model here")
        return self.said.find("cpu/mode[@name='host-model']")

    def flags(self, value, migratable=False):
        """The properties that are on, or off; QEMU says of each whether it migrates."""
        return [
            name
            for name, p in self.properties.items()
            if (p.get("type"), p.get("value")) == ("boolean", value)
            and not (migratable and p.get("migratable") == "no")
        ]

    def decoded(self, migratable=False):
        """The library's answer to the CPU that QEMU gives at most, put together as libvirt does for its decoding."""
        data = self.library.data(self.flags("true", migratable))
        family, model, stepping = (int(self.properties[name].get("value")) for name in ("family", "model", "stepping"))
        data.setdefault(("cpuid", 1, 0), [0, 0, 0, 0])[0] = signature_word(family, model, stepping)
        self.library.maker.set_vendor(data, self.properties["vendor"].get("value").encode())
        return self.library.cpu(f"decode_guest {self.library.data_file(data)} {self.models}")


def check_host_model(host, library, report):
    """decode_guest against the host-model of domcapabilities. Nothing is known to differ: libvirt hands out what it
    decodes."""
    on = host.flags("true")
    counts = f"{len(library.resolve(on))} of QEMU's {len(on)} properties that are on are features"
    counts += f", {len(host.usable)} of {len(host.blockers)} models usable"
    report.compared(f"{host.accelerator}: host-model, {counts}", host.host_model(), host.decoded(), {})


# ---- Guests ----------------------------------------------------------------------------------------------------------


class Guest:
    """A guest, from `with` on. It never runs an instruction: only its CPU is looked at."""

    def __init__(self, daemon, host, library, cpu):
        self.daemon, self.library = daemon, library
        domain = xml.fromstring(
            f"<domain type='{host.kind}'><name>{GUEST}</name><memory unit='MiB'>32</memory><vcpu>1</vcpu>"
            "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>"
            f"<emulator>{host.emulator}</emulator>"
            "<controller type='usb' model='none'/><memballoon model='none'/></devices></domain>"
        )
        if cpu is not None:
            domain.append(cpu)
        self.text = xml.tostring(domain, encoding="unicode")

    def __enter__(self):
        said = self.daemon.virsh("define", "/dev/stdin", input=self.text)
        if said.returncode == 0 and (said := self.daemon.virsh("start", GUEST, "--paused")).returncode != 0:
            self.daemon.ask("undefine", GUEST)
        if said.returncode != 0:
            raise NotStarted(said.stderr.strip())
        return self

    def __exit__(self, *_):
        self.daemon.ask("destroy", GUEST)
        self.daemon.ask("undefine", GUEST)

    def cpu(self):
        return xml.fromstring(self.daemon.ask("dumpxml", GUEST)).find("cpu")

    def monitor(self, *commands):
        """What QEMU returns to its monitor's commands."""
        returned = []
        for start in range(0, len(commands), 200):
            texts = [json.dumps({"execute": name, "arguments": more}) for name, more in commands[start : start + 200]]
            asked = "; ".join(f"qemu-monitor-command {GUEST} '{text}'" for text in texts)
            lines = [json.loads(line) for line in self.daemon.ask(asked).splitlines() if line]
            if len(lines) != len(texts) or any("return" not in line for line in lines):
                raise Failure(f"QEMU's monitor answered {lines}")
            returned += [line["return"] for line in lines]
        return returned

    def processor(self):
        """What the first virtual processor has of the features that the map knows, what QEMU left out of what was
        asked for, both under QEMU's names, and the words that it shows in CPUID."""
        [processors] = self.monitor(("query-cpus-fast", {}))
        path = processors[0]["qom-path"]
        get = lambda name: ("qom-get", {"path": path, "property": name})
        names = get("unavailable-features"), get("feature-words")
        listed, unavailable, words = self.monitor(("qom-list", {"path": path}), *names)
        flags = list(self.library.resolve(p["name"] for p in listed if p["type"] == "bool"))
        flags = dict(zip(flags, self.monitor(*map(get, flags))))
        return flags, unavailable, words


def copy_of(cpu, **attributes):
    copy = xml.fromstring(xml.tostring(cpu))
    for name, value in attributes.items():
        copy.set(name, value)
    return copy


def custom(model, policies):
    features = "".join(f"<feature policy='{policy}' name='{name}'/>" for name, policy in policies.items())
    return xml.fromstring(f"<cpu mode='custom' match='exact'><model fallback='forbid'>{model}</model>{features}</cpu>")


def policies_for(host, library, model):
    """Features that a guest does not get as the definition says, and others that it does."""
    of_model = library.map.models[model][2]
    lacks = set(library.resolve(host.flags("false")).values()) - of_model
    more = set(library.resolve(host.flags("true")).values()) - of_model
    policies = dict.fromkeys(sorted(lacks)[:2], "force")
    policies |= dict.fromkeys(sorted(more)[:4], "require")
    policies |= dict.fromkeys(sorted(of_model & {"mmx", "sse", "pse36"}), "disable")
    return policies | dict.fromkeys(sorted(host.unknown), "disable")


def definitions(host, library):
    """Definitions that this machine may be able to run: (what, libvirt's, the library's)."""
    decoded = host.decoded()
    found = [("what is decoded", decoded, decoded)]
    migratable = host.decoded(migratable=True)
    found.append(("host-model", xml.fromstring("<cpu mode='host-model'><model fallback='forbid'/></cpu>"), migratable))
    usable = sorted(set(host.usable) & library.map.models.keys(), key=lambda m: -len(library.map.models[m][2]))
    for model in usable[:2]:
        found.append((model, custom(model, {}), custom(model, {})))
    for model in usable[:1]:
        mixed = custom(model, policies_for(host, library, model))
        found.append((f"{model} with policies", mixed, mixed))
    for mode in ("host-passthrough", "maximum"):
        if host.has_mode(mode):
            cpu = xml.fromstring(f"<cpu mode='{mode}' migratable='on'/>")
            found.append((mode, cpu, cpu))
    return found


class Lives:
    """The guests of a definition: as it says, as it came out, and held to what it said."""

    def __init__(self, daemon, host, library, report):
        self.daemon, self.host, self.library, self.report = daemon, host, library, report
        self.compared, self.guests, self.wrong = set(), 0, set()  # of CPUID words
        self.rules = {"QEMU has no such property, so libvirt drops it from the definition": self.is_dropped}

    def is_dropped(self, item, theirs, ours):
        return item.removeprefix("feature ") in self.host.unknown and theirs is None and ours == "disable"

    def guest(self, cpu):
        return Guest(self.daemon, self.host, self.library, cpu)

    def data(self, guest):
        """Files with what a guest's processor has, and with what it was to have but has not."""
        flags, unavailable, words = guest.processor()
        self.compare_words(flags, words)
        enabled = [name for name, on in flags.items() if on]
        return [self.library.data_file(self.library.data(names)) for names in (enabled, unavailable)]

    def compare_words(self, flags, words):
        """QEMU's properties against the words that the guest reads, by where the map says that each feature is."""
        at = {}
        for word in words:
            part = ("EAX", "EBX", "ECX", "EDX").index(word["cpuid-register"])
            at["cpuid", word["cpuid-input-eax"], word.get("cpuid-input-ecx", 0), part] = word["features"]
        self.guests += 1
        for name, feature in self.library.resolve(flags).items():
            key, part, bit = self.library.map.features[feature]
            if (word := at.get((*key, part))) is not None:
                self.compared.add(feature)
                if (word >> bit & 1 == 1) != flags[name]:
                    self.wrong.add(f"QEMU's {name} is not where {feature} is in the map")

    def report_words(self):
        what = f"CPUID words of {self.guests} guests, {len(self.compared)} features are where the map has them"
        if self.wrong or not self.compared:
            self.report.fail(f"{self.host.accelerator}: {what}", sorted(self.wrong))
        else:
            self.report.ok(f"{self.host.accelerator}: {what}")

    def start(self, theirs, ours):
        """What a guest came out as, in libvirt's words and in the library's, and its data."""
        with self.guest(copy_of(theirs, check="none")) as guest:
            became, data = guest.cpu(), self.data(guest)
        return became, self.updated(copy_of(ours, check="none"), data), data

    def run(self, what, theirs, ours):
        what = f"{self.host.accelerator}: {what}"
        became, updated, data = self.start(theirs, ours)
        self.report.compared(f"{what}, started with check='none'", became, updated, self.rules)
        self.again(what, copy_of(updated, check="full"))
        held = copy_of(ours, check="full")
        said = self.library.answer(self.command(held, data))
        if said.startswith("error"):
            self.refused(what, held, said)

    def command(self, cpu, data):
        return "update_live " + " ".join([self.library.write("guest", xml.tostring(cpu, encoding="unicode")), *data])

    def updated(self, cpu, data):
        return self.library.cpu(self.command(cpu, data))

    def again(self, what, full):
        """What a guest came out as, in the library's words, is a definition that holds for it in full."""
        what = f"{what}, started as that with check='full'"
        try:
            with self.guest(full) as guest:
                theirs, ours = guest.cpu(), self.updated(full, self.data(guest))
        except NotStarted as said:
            self.report.fail(what, [str(said)])
            return
        if meaning(ours) != meaning(full):
            self.report.fail(what, ["cpumap changes its own answer", *difference(meaning(full), meaning(ours), {})[1]])
        else:
            self.report.compared(what, theirs, ours, self.rules)

    def refused(self, what, held, ours):
        """A definition that did not come out as it says is refused with a full check, by both for the same features."""
        try:
            with self.guest(held):
                said = "libvirt starts it"
        except NotStarted as refusal:
            said = str(refusal)
        names = named_features(said)
        what = f"{what}, refused with check='full' for {len(names)} features"
        if names and names == named_features(ours):
            self.report.ok(f"{what}: {' '.join(sorted(names))}")
        else:
            self.report.fail(what, [f"libvirt: {said}", f"cpumap: {ours}"])


def check_models(lives, report):
    """Every model that QEMU knows: it starts also those that it cannot give in full, without what it lacks."""
    host, models = lives.host, lives.library.map.models
    started, changed, wrong, reasons = 0, 0, [], []
    for model in (m for m in models if m in host.blockers):
        cpu = custom(model, {})
        try:
            theirs, ours, _ = lives.start(cpu, cpu)
        except NotStarted as said:
            reasons.append(f"{model} does not start: {said}")
            continue
        started += 1
        changed += len(theirs.findall("feature"))
        wrong += [f"{model}: {line}" for line in difference(meaning(theirs), meaning(ours), lives.rules)[1]]
    what = f"{host.accelerator}: each model of QEMU's, {started} started with check='none', {changed} features changed"
    if wrong:
        report.fail(what, wrong + reasons)
    elif started:
        report.ok(what, reasons)


def check_guests(daemon, host, library, report):
    """The definitions that start. One that does not is a limit of the machine, unless it is so with all."""
    lives, reasons = Lives(daemon, host, library, report), []
    check_models(lives, report)
    found = definitions(host, library)
    for what, theirs, ours in found:
        try:
            lives.run(what, theirs, ours)
        except NotStarted as said:
            reasons.append(f"{host.accelerator}: {what} does not start: {said}")
    for reason in reasons:
        print(f"  {reason}", flush=True)
    if len(reasons) < len(found):
        lives.report_words()
    else:
        no_guest(lives, reasons)


def no_guest(lives, reasons):
    """None of the definitions starts: a failure, unless a guest without one does not start either."""
    accelerator = lives.host.accelerator
    try:
        with lives.guest(None):
            lives.report.fail(f"{accelerator}: no guest starts with a <cpu>, but one without does", reasons)
    except NotStarted as said:
        log = lives.daemon.file(f"/var/log/libvirt/qemu/{GUEST}.log")
        end = " ".join(log.read_text().splitlines()[-3:]) if log.exists() else ""
        print(f"SKIP: live {accelerator}: no guest starts, not even without a <cpu>: {said} {end}", flush=True)


def check_refused(daemon, report):
    """The driver that starts guests refuses what the test driver is said not to look at."""
    taken, number = [], 0
    for what, text, why, *_ in CASES:
        if why != QEMU:
            continue
        number += 1
        domain = DOMAIN.format(name=GUEST, cpu=text).replace("type='test'", "type='qemu'")
        if daemon.virsh("define", "/dev/stdin", input=domain).returncode == 0:
            daemon.ask("undefine", GUEST)
            taken.append(what)
    (report.fail if taken else report.ok)(f"{number} definitions that only the QEMU driver refuses", taken)


# ---- All of it -------------------------------------------------------------------------------------------------------


def check_accelerator(daemon, library, accelerator, report):
    try:
        host = Host(daemon, library, accelerator)
    except NoAccelerator as reason:
        print(f"SKIP: live {reason}", flush=True)
        return
    check_host_model(host, library, report)
    check_guests(daemon, host, library, report)


def live(build, ours):
    """Runs the test with ours, the program for the map of version(), in the folder build. (passed, failed)."""
    found, report = version(), Report()
    folder = build / "live"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    daemon = Daemon(folder / "libvirtd.log")
    try:
        library = Library(ours, folder)
        with daemon:
            print(f"libvirtd {found}, live", flush=True)
            check_refused(daemon, report)
            for accelerator in ACCELERATORS:
                check_accelerator(daemon, library, accelerator, report)
        if left := daemon.left_behind():
            report.fail("libvirtd stopped, but not all is gone", left)
    except (Failure, subprocess.TimeoutExpired) as said:
        report.fail("stopped here", [str(said)])
    if report.failed:
        print(f"  the inputs are in {folder}", flush=True)
    else:
        shutil.rmtree(folder)
    if not report.passed and not report.failed:
        raise Skip("no guest starts here")
    return report.passed, report.failed
