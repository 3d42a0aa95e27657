# SPDX-License-Identifier: BSL-1.0
"""Compares a generated map with libvirt's XML, read here a second time and in another way than cpumap-codegen does.

    check_map.py --dump PROGRAM --map PATH --version 12.8.0 [--header FILE]

PROGRAM is dump_map.cpp built for the map. With --header the enumerators of the header are compared too. Exits with 0
when all agrees, 1 with the differences, and 77 with a line that says why when PATH is not there.
"""

import argparse
import difflib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

SKIPPED = 77


def word(name):
    """A name as dump_map prints it."""
    return "".join(chr(byte) if 0x20 < byte < 0x7f and byte not in b"%,:" else f"%{byte:02X}" for byte in name.encode())


def words(names):
    return "".join(" " + word(name) for name in names)


def load(path):
    """The elements below each <arch>, by its name, with includes and groups resolved."""
    if os.path.isdir(path):
        names = [name for name in ("index.xml", "cpu_map.xml") if os.path.exists(os.path.join(path, name))]
        path = os.path.join(path, names[0])

    def flatten(parent):
        for element in parent:
            if element.tag == "group":
                yield from flatten(element)
            elif element.tag == "include":
                file = os.path.join(os.path.dirname(path), element.get("filename"))
                yield from flatten(ElementTree.parse(file).getroot())
            else:
                yield element

    return {arch.get("name"): list(flatten(arch)) for arch in ElementTree.parse(path).getroot()}


def select(elements, tag):
    return {element.get("name"): element for element in elements if element.tag == tag}


def bits(element):
    """The bits of a feature, each as leaf, subleaf, part and bit."""
    for place in element:
        if place.tag == "cpuid":
            leaf, subleaf = place.get("eax_in", place.get("function")), place.get("ecx_in", "0")
            parts = {"eax": "a", "ebx": "b", "ecx": "c", "edx": "d"}
        elif place.tag == "msr":
            leaf, subleaf, parts = place.get("index"), "0", {"eax": "l", "edx": "h"}
        else:
            continue
        for attribute, part in parts.items():
            value = int(place.get(attribute, "0"), 16)
            yield from ((int(leaf, 16), int(subleaf, 16), part, bit) for bit in range(32) if value >> bit & 1)


class Model:
    """An x86 model with what it takes from its ancestor, looked up each time it is asked for."""

    def __init__(self, element, models):
        self.element = element
        self.models = models
        self.name = element.get("name")

    def own(self, tag):
        return self.element.findall(tag)

    def ancestor(self):
        ancestors = self.own("model")
        return Model(self.models[ancestors[0].get("name")], self.models) if ancestors else None

    def marked(self, mark):
        return [entry.get("name") for entry in self.own("feature") if entry.get(mark) == "yes"]

    def features(self):
        ancestor = self.ancestor()
        inherited = ancestor.features() - set(ancestor.marked("removed")) if ancestor else set()
        plain = {entry.get("name") for entry in self.own("feature")}
        return inherited | (plain - set(self.marked("removed")) - set(self.marked("added")))

    def vendor(self):
        if self.own("vendor"):
            return self.own("vendor")[0].get("name")
        return self.ancestor().vendor() if self.ancestor() else None

    def signatures(self):
        if self.own("signature"):
            return self.own("signature")
        return self.ancestor().signatures() if self.ancestor() else []

    def is_another_name(self):
        return {child.tag for child in self.element} <= {"model", "decode", "check"} and self.ancestor() is not None

    def flags(self):
        decode = self.element.find("decode")
        check = self.element.find("check")
        return ([side for side in ("host", "guest") if decode is None or decode.get(side) == "on"] +
                (["compat"] if check is not None and check.get("partial") == "compat" else []))


def steppings(text):
    """A list such as 0-4,7 as sixteen digits, stepping 0 first."""
    if text is None:
        return "1" * 16
    chosen = set()
    for item in text.split(","):
        bounds = [int(bound) for bound in item.split("-")]
        chosen.update(range(bounds[0], bounds[-1] + 1))
    return "".join("1" if stepping in chosen else "0" for stepping in range(16))


def in_byte_order(names):
    return sorted(names, key=lambda name: name.encode())


def expect_x86(elements):
    vendors, features, models = (select(elements, tag) for tag in ("vendor", "feature", "model"))
    for name, element in vendors.items():
        yield f"x86 vendor {word(name)} {word(element.get('string'))}"
    aliases = {}
    for name, element in features.items():
        (leaf, subleaf, part, bit), = bits(element)
        fixed = element.get("migratable") == "no"
        yield f"x86 feature {word(name)} {leaf} {subleaf} {part} {bit} {'fixed' if fixed else 'migratable'}"
        for alias in element.findall("alias"):
            aliases.setdefault(alias.get("name"), (name, (alias.get("source") or "?")[0]))
    yield f"x86 features {len(features)} of {len(features)}"
    for name, (feature, source) in aliases.items():
        yield f"x86 alias {word(name)} {word(feature)} {source}"
    for name in in_byte_order([*features, *aliases]):
        yield f"x86 sorted feature {word(name)}"
    other_names = {}
    for element in models.values():
        model = Model(element, models)
        if model.is_another_name():
            other_names[model.ancestor().name] = model.name
    for element in models.values():
        model = Model(element, models)
        about = f"x86 model {word(model.name)}"
        listed = model.features()
        yield about + " features" + words(name for name in features if name in listed)
        yield f"{about} size {len(listed)}"
        yield about + " added" + words(name for name in features if name in model.marked("added"))
        yield about + " removed" + words(model.marked("removed"))
        yield f"{about} vendor {word(model.vendor() or '-')}"
        yield f"{about} canonical {word(other_names.get(model.name, '-'))}"
        yield about + " signatures" + "".join(f" {s.get('family')},{s.get('model')}:{steppings(s.get('stepping'))}"
                                              for s in model.signatures())
        yield about + " flags" + "".join(" " + flag for flag in model.flags())
    for name in in_byte_order(models):
        yield f"x86 sorted model {word(name)}"


def vendor_of(model):
    vendor = model.find("vendor")
    return "-" if vendor is None else word(vendor.get("name"))


def expect_ppc64(elements):
    models = select(elements, "model")
    for name in select(elements, "vendor"):
        yield f"ppc64 vendor {word(name)}"
    for name, model in models.items():
        yield f"ppc64 model {word(name)} {vendor_of(model)}" + "".join(
            f" {int(pvr.get('value'), 16)}:{int(pvr.get('mask', 'ffffffff'), 16)}" for pvr in model.findall("pvr"))
    for name in in_byte_order(models):
        yield f"ppc64 sorted model {word(name)}"


def expect_arm(elements):
    features, models = select(elements, "feature"), select(elements, "model")
    for name, vendor in select(elements, "vendor").items():
        yield f"arm vendor {word(name)} {int(vendor.get('value'), 16)}"
    for name in features:
        yield f"arm feature {word(name)}"
    for name in in_byte_order(features):
        yield f"arm sorted feature {word(name)}"
    for name, model in models.items():
        yield f"arm model {word(name)} {vendor_of(model)} {int(model.find('pvr').get('value'), 16)}"
    for name in in_byte_order(models):
        yield f"arm sorted model {word(name)}"


def expected_lines(path, version):
    architectures = load(path)
    major, minor, micro = map(int, version.split("."))
    yield "format 2"
    yield f"version {version} {(major * 1000 + minor) * 1000 + micro}"
    yield from expect_x86(architectures.get("x86", []))
    yield from expect_ppc64(architectures.get("ppc64", []))
    yield from expect_arm(architectures.get("arm", []))


def enumerators(path, header):
    """What enumerators should be called, and what they are in a header; the shipped maps name no keyword."""
    with open(header, encoding="utf-8") as file:
        text = file.read()
    elements = load(path).get("x86", [])
    expected = {}
    found = {}
    for enumeration, tag in (("feature_id", "feature"), ("model_id", "model")):
        expected[enumeration] = [re.sub(r"^(?=\d)", "_", re.sub(r"[^A-Za-z0-9_]", "_", name))
                                 for name in select(elements, tag)]
        body = re.search(rf"enum class {enumeration} : std::uint16_t {{(.*?)}};", text, re.DOTALL)[1]
        found[enumeration] = re.findall(r"\w+", body)
    return expected, found


def check(dump, path, version, header=None):
    """The differences between a map's tables and its XML, as lines to print."""
    expected = list(expected_lines(path, version))
    found = subprocess.run([dump], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    differences = list(difflib.unified_diff(expected, found, "from the XML", "in the tables", n=0, lineterm=""))
    if header is not None:
        wanted, present = enumerators(path, header)
        differences += [f"{name}: {wanted[name]} in the XML, {present[name]} in the header"
                        for name in wanted if wanted[name] != present[name]]
    return len(expected), differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dump", required=True)
    parser.add_argument("--map", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--header")
    options = parser.parse_args()
    if not os.path.exists(options.map):
        print(f"SKIP: there is no {options.map}; set CPUMAP_LIBVIRT_MAPS to a folder with the maps of libvirt")
        return SKIPPED
    count, differences = check(options.dump, options.map, options.version, options.header)
    print("\n".join(differences) if differences else f"{count} lines agree")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
