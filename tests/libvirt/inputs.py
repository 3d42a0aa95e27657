# SPDX-License-Identifier: BSL-1.0
"""Random CPUs and definitions for both sides, as the files and commands that referee.c and ours.cpp read."""

import xml.etree.ElementTree as xml

PARTS = {"a": 0, "b": 1, "c": 2, "d": 3, "l": 0, "h": 3}  # where a part stands in a leaf's words
NAMES = ("eax", "ebx", "ecx", "edx")
VENDOR_STRINGS = {"Intel": b"GenuineIntel", "AMD": b"AuthenticAMD", "Hygon": b"HygonGenuine"}


class Map:
    """The map as `ours names` prints it."""

    def __init__(self, text):
        self.features, self.models = {}, {}
        for line in text.splitlines():
            kind, name, *rest = line.split("\t")
            if kind == "feature":
                source, leaf, subleaf, part, bit = rest
                self.features[name] = ((source, int(leaf), int(subleaf)), PARTS[part], int(bit))
            else:
                vendor, signatures, features = rest
                pairs = [tuple(map(int, s.split("."))) for s in signatures.split(",") if s]
                self.models[name] = (vendor, pairs, frozenset(features.split(",")) - {""})
        self.feature_names, self.model_names = list(self.features), list(self.models)
        self.vendors = sorted({vendor for vendor, *_ in self.models.values() if vendor})


def read_data(path):
    """{(source, leaf, subleaf): [eax, ebx, ecx, edx]}, or None where the file is no <cpudata> of x86."""
    root = xml.parse(path).getroot()
    if root.tag != "cpudata" or root.get("arch") != "x86":
        return None
    data = {}
    for node in root:
        number = lambda name: int(node.get(name, "0"), 16)
        key = ("cpuid", number("eax_in"), number("ecx_in")) if node.tag == "cpuid" else ("msr", number("index"), 0)
        data[key] = [number(name) for name in NAMES]
    return data


def data_text(data):
    lines = ["<cpudata arch='x86'>"]
    data = data or {("cpuid", 0, 0): [0, 0, 0, 0]}  # libvirt takes none without a leaf
    for (source, leaf, subleaf), words in sorted(data.items()):
        eax, ebx, ecx, edx = (f"0x{word:08x}" for word in words)
        if source == "msr":
            lines.append(f"  <msr index='0x{leaf:x}' edx='{edx}' eax='{eax}'/>")
        else:
            words = f"eax='{eax}' ebx='{ebx}' ecx='{ecx}' edx='{edx}'"
            lines.append(f"  <cpuid eax_in='0x{leaf:08x}' ecx_in='0x{subleaf:02x}' {words}/>")
    return "\n".join(lines + ["</cpudata>", ""])


def signature_word(family, model, stepping):
    if family > 15:
        family = (family - 15) << 12 | 15
    return family << 8 | (model & 0xF0) << 12 | (model & 15) << 4 | stepping


class Maker:
    def __init__(self, random, the_map, recorded, folder):
        self.random, self.map, self.recorded, self.folder = random, the_map, recorded, folder
        self.hosts, self.guests, self.cpus, self.lists = [], [], [], []
        self.without_model = set()  # guests that leave the CPU to the hypervisor

    # ---- Chances ----

    def chance(self, p):
        return self.random.random() < p

    def some(self, names, most):
        names = sorted(names)
        return self.random.sample(names, min(len(names), self.random.randint(0, most)))

    def write(self, kind, text):
        path = self.folder / kind
        path.mkdir(exist_ok=True)
        self.number = getattr(self, "number", 0) + 1
        name = f"{kind}/{kind}-{self.number}.xml"
        (self.folder / name).write_text(text)
        return name

    # ---- CPUs ----

    def data_of(self, features):
        data = {}
        for name in features:
            key, part, bit = self.map.features[name]
            data.setdefault(key, [0, 0, 0, 0])[part] |= 1 << bit
        return data

    def data_of_model(self):
        vendor, signatures, features = self.map.models[self.random.choice(self.map.model_names)]
        features = features - set(self.some(features, 3)) | set(self.some(self.map.features, 25))
        data = self.data_of(features)
        if signatures:
            eax = signature_word(*self.random.choice(signatures), self.random.randint(0, 15))
            data.setdefault(("cpuid", 1, 0), [0, 0, 0, 0])[0] = eax
        if vendor:
            self.set_vendor(data, VENDOR_STRINGS.get(vendor, b"CentaurHauls"))
        return data

    def set_vendor(self, data, text):
        ebx, edx, ecx = (int.from_bytes(text[i : i + 4], "little") for i in (0, 4, 8))
        data[("cpuid", 0, 0)] = [13, ebx, ecx, edx]

    def flip(self, data, count):
        for _ in range(count):
            if self.chance(0.8):
                key, part, bit = self.map.features[self.random.choice(self.map.feature_names)]
            else:
                key, part, bit = self.random.choice(sorted(data)), self.random.randrange(4), self.random.randrange(32)
                if key[0] == "msr":
                    part = self.random.choice((0, 3))
            data.setdefault(key, [0, 0, 0, 0])[part] ^= 1 << bit

    def change_signature(self, data):
        if self.chance(0.15):
            data.pop(("cpuid", 1, 0), None)
            return
        if self.chance(0.7):
            _, signatures, _ = self.map.models[self.random.choice(self.map.model_names)]
            family, model = self.random.choice(signatures) if signatures else (6, self.random.randrange(256))
            eax = signature_word(family, model, self.random.randint(0, 15))
        else:
            eax = self.random.choice((0, 0xFFFFFFFF, self.random.getrandbits(32)))
        data.setdefault(("cpuid", 1, 0), [0, 0, 0, 0])[0] = eax

    def swap(self, data):
        a, b = self.random.choice(sorted(data)), self.random.choice(sorted(data))
        if a[0] == b[0]:
            data[a], data[b] = data[b], data[a]
        else:
            other = self.random.choice(self.recorded)
            key = self.random.choice(sorted(other))
            data[key] = list(other[key])

    def cpu(self):
        if self.chance(0.6):
            data = {key: list(words) for key, words in self.random.choice(self.recorded).items()}
        else:
            data = self.data_of_model()
        if self.chance(0.8):
            self.flip(data, self.random.choice((1, 2, 3, 8, 40)))
        if self.chance(0.15) and data:
            self.swap(data)
        if self.chance(0.3):
            self.change_signature(data)
        if self.chance(0.08):
            self.set_vendor(data, self.random.choice((*VENDOR_STRINGS.values(), b"CentaurHauls", b"NobodyKnows!")))
        if self.chance(0.05) and data:
            data.pop(self.random.choice(sorted(data)))
        if self.chance(0.01):
            data = {key: [self.random.choice((0, 0xFFFFFFFF))] * 4 for key in data}
            data = {k: [w[0], 0, 0, w[3]] if k[0] == "msr" else w for k, w in data.items()}
        name = self.write("cpu", data_text(data))
        self.cpus.append(name)
        return name

    # ---- Definitions ----

    def topology(self):
        t = {name: self.random.randint(1, 4) for name in ("sockets", "cores", "threads")}
        if self.chance(0.5):
            t["dies"] = self.random.randint(1, 3)
        return "  <topology " + " ".join(f"{name}='{value}'" for name, value in t.items()) + "/>\n"

    def vendor_of(self, model, stated, other):
        vendor = self.map.models[model][0]
        if self.chance(other):
            return self.random.choice(self.map.vendors)
        return vendor if self.chance(stated) else ""

    def host(self):
        model = self.random.choice(self.map.model_names)
        vendor = self.vendor_of(model, 0.8, 0.04)
        listed = self.random.sample(self.map.feature_names, self.random.choice((0, 3, 10, 30, 80)))
        arch = "i686" if self.chance(0.03) else "x86_64"
        text = f"<cpu>\n  <arch>{arch}</arch>\n"
        text += f"  <model>{model}</model>\n"
        if vendor:
            text += f"  <vendor>{vendor}</vendor>\n"
        if self.chance(0.2):
            text += f"  <microcode version='{self.random.randint(1, 1 << 31)}'/>\n"
        if self.chance(0.2):
            family, number, stepping = (self.random.randint(1, most) for most in (30, 255, 15))
            text += f"  <signature family='{family}' model='{number}' stepping='{stepping}'/>\n"
        if self.chance(0.1):
            text += "  <counter name='tsc' frequency='2893202000' scaling='no'/>\n"
        if self.chance(0.3):
            text += self.topology()
        text += "".join(f"  <feature name='{name}'/>\n" for name in listed)
        has = self.map.models[model][2] | set(listed)
        made = (self.write("host", text + "</cpu>\n"), vendor or self.map.models[model][0], has)
        self.hosts.append(made)
        return made

    def features_for(self, host, model):
        """Listed features; near enough to a host for it to run the CPU at times."""
        of_model = self.map.models[model][2] if model else frozenset()
        policies = {}
        if host and self.chance(0.85):
            has = host[2]
            lacks = sorted(of_model - has)
            for name in lacks if self.chance(0.8) else ():
                policies[name] = self.random.choice(("disable", "optional", "force", "forbid"))
            extra = sorted(has - of_model)
            if self.chance(0.3):
                for name in extra:
                    policies[name] = self.random.choice(("require", "require", "optional", "force", "disable"))
            for name in self.some(has, 4):
                policies[name] = self.random.choice(("require", "optional", "force", "disable"))
            for name in self.some(set(self.map.features) - has, 3):
                policies[name] = self.random.choice(("optional", "disable", "forbid", "force"))
        if self.chance(0.2):
            for name in self.some(self.map.features, 12):
                policies[name] = self.random.choice(("force", "require", "optional", "disable", "forbid"))
        names = list(policies.items())
        self.random.shuffle(names)
        return names

    def guest(self, host=None, check=None, custom=0.75):
        mode = "custom" if self.chance(custom) else self.random.choice(("host-model", "host-passthrough", "maximum"))
        takes_host = mode in ("host-passthrough", "maximum")
        model = None
        if mode == "custom" and not self.chance(0.02):
            fitting = []
            if host and self.chance(0.6):
                fitting = [name for name, (_, _, features) in self.map.models.items() if features <= host[2]]
            model = self.random.choice(fitting or self.map.model_names)
        attributes = "" if mode == "custom" and self.chance(0.3) else f" mode='{mode}'"
        if self.chance(0.7 if mode == "custom" else 0.1):
            attributes += f" match='{self.random.choice(('minimum', 'exact', 'exact', 'strict'))}'"
        check = check or self.random.choice(("", "none", "partial", "full"))
        if check and (mode != "custom" or model):
            attributes += f" check='{check}'"
        if takes_host and self.chance(0.4):
            attributes += f" migratable='{self.random.choice(('on', 'off'))}'"
        text = f"<cpu{attributes}>\n"
        if not takes_host:
            fallback = self.random.choice(("", " fallback='allow'", " fallback='forbid'"))
            vendor_id = " vendor_id='KVMKVMKVMKVM'" if self.chance(0.05) else ""
            if model:
                text += f"  <model{fallback}{vendor_id}>{model}</model>\n"
                if vendor := self.vendor_of(model, 0.15, 0.04):
                    text += f"  <vendor>{vendor}</vendor>\n"
            elif mode == "host-model" and (fallback or vendor_id):
                text += f"  <model{fallback}{vendor_id}/>\n"
        if self.chance(0.2):
            text += self.topology()
        if self.chance(0.1):
            text += "  <cache level='3' mode='emulate'/>\n" if not takes_host else "  <cache mode='passthrough'/>\n"
        if self.chance(0.1):
            width = self.random.choice(("mode='emulate' bits='42'", "mode='passthrough'"))
            text += f"  <maxphysaddr {width}/>\n"
        listed = self.features_for(host, model) if model or mode != "custom" else []
        for name, policy in listed:
            text += f"  <feature policy='{policy}' name='{name}'/>\n"
        made = (self.write("guest", text + "</cpu>\n"), model, dict(listed))
        self.guests.append(made)
        if mode == "custom" and not model:
            self.without_model.add(made[0])
        return made

    def models(self, besides=()):
        """A hypervisor's models, blockers behind a tab."""
        share = self.random.choice((0.1, 0.4, 0.9))
        lines = []
        for name in self.map.model_names:
            if self.chance(share) or name in besides:
                blockers = []
                if self.chance(0.4):
                    blockers = self.some(self.map.models[name][2], 4) + self.some(self.map.features, 2)
                    blockers = list(dict.fromkeys(blockers)) + (["no-such-feature"] if self.chance(0.1) else [])
                lines.append(name + ("\t" + ",".join(blockers) if blockers else ""))
        return self.write("models", "\n".join(lines) + "\n")

    def supported(self):
        """Features that a hypervisor can give."""
        share = self.random.choice((0.5, 0.95, 1))
        names = [name for name in self.map.feature_names if self.chance(share)]
        return self.write("features", "\n".join(names + ["no-such-feature"] * self.chance(0.1)) + "\n")

    # ---- Commands ----

    def command_decode_host(self):
        return f"decode_host {self.cpu()}"

    def command_decode_guest(self):
        return f"decode_guest {self.cpu()}"

    def command_decode_usable(self):
        self.lists.append(self.models() if len(self.lists) < 200 else self.random.choice(self.lists))
        cpu = self.random.choice(self.cpus) if self.cpus else self.cpu()
        return f"{self.random.choice(('decode_host', 'decode_guest'))} {cpu} {self.lists[-1]}"

    def some_host(self):
        return self.random.choice(self.hosts) if len(self.hosts) > 1000 else self.host()

    def some_guest(self):
        return self.random.choice(self.guests) if len(self.guests) > 1000 else self.guest(self.some_host())

    def command_compare(self):
        host = self.some_host()
        if self.chance(0.1):
            return f"compare {host[0]} {self.some_host()[0]}"
        return f"compare {host[0]} {self.guest(host)[0]}"

    def command_update(self):
        host = self.some_host()
        return f"update {self.guest(host, custom=0.65)[0]} {host[0]}"

    def command_translate(self):
        guest, model, _ = self.guest(self.some_host(), custom=0.95)
        self.lists.append(self.models() if len(self.lists) < 400 else self.random.choice(self.lists))
        return f"translate {guest} {self.lists[-1]}"

    def command_baseline(self):
        flags = self.random.choice(("", "_expand", "_migratable", "_migratable_expand"))
        count = self.random.choice((1, 2, 2, 3, 4))
        if self.chance(0.8):
            inputs = [self.some_host()]
            vendor = inputs[0][1]
            while len(inputs) < count:
                host = self.some_host()
                if host[1] == vendor or self.chance(0.1):
                    inputs.append(host)
        else:
            inputs = [self.guest(self.some_host(), custom=0.98) for _ in range(count)]
        names = [i[0] for i in inputs]
        if self.chance(0.3):
            names.append(self.models())
        if self.chance(0.3):
            names.append(self.supported())
        return f"baseline{flags} " + " ".join(names)

    def command_update_live(self):
        check = self.random.choice(("none", "partial", "full", "full", None))
        guest, model, listed = self.guest(self.some_host(), check, custom=0.85)
        wanted = set(self.map.models[model][2] if model else ())
        for name, policy in listed.items():
            if policy in ("force", "require"):
                wanted.add(name)
            elif policy != "optional":
                wanted.discard(name)
        enabled, disabled = set(wanted), set()
        if self.chance(0.6):
            disabled = set(self.some(enabled if self.chance(0.8) else self.map.features, 3))
            enabled -= disabled if self.chance(0.9) else set()
            enabled -= set(self.some(enabled, 3))
            enabled |= set(self.some(self.map.features, 4)) - (disabled if self.chance(0.97) else set())
        if self.chance(0.3):
            enabled |= set(self.some([name for name, policy in listed.items() if policy != "require"], 2)) - disabled
        enabled, disabled = self.data_of(enabled), self.data_of(disabled)
        if self.chance(0.1):
            self.flip(enabled if self.chance(0.5) or not disabled else disabled, 1) if enabled else None
        return f"update_live {guest} {self.write('cpu', data_text(enabled))} {self.write('cpu', data_text(disabled))}"

    def command_expand(self):
        made = self.random.choice((self.some_host, self.some_guest))()
        while made[0].startswith("guest") and not made[1]:  # libvirt does not survive those without a model
            made = self.some_guest()
        return f"expand {made[0]}"

    def command_migratable(self):
        return f"migratable {self.random.choice((self.some_host, self.some_guest))()[0]}"

    def command_has_feature(self):
        name = "no-such-feature" if self.chance(0.02) else self.random.choice(self.map.feature_names)
        return f"has_feature {self.random.choice((self.some_host, self.some_guest))()[0]} {name}"


OPERATIONS = [name.removeprefix("command_") for name in vars(Maker) if name.startswith("command_")]
