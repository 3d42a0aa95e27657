# SPDX-License-Identifier: BSL-1.0
"""Definitions that break a rule of the <cpu> element, tried on both sides: the library refuses each.

Where libvirt accepts one, the reason why the library does not stands beside it.
"""

from elements import define_alone
from peers import ask_ours

MODEL = "<model>qemu64</model>"
NUMA = "<numa><cell id='0' cpus='0' memory='1024' unit='KiB'{0}>{1}</cell><cell id='1' cpus='1' memory='1024'/></numa>"


def custom(inside="", attributes="", model=MODEL):
    return f"<cpu mode='custom'{attributes}>{model}{inside}</cpu>\n"


def host(mode, inside="", attributes=""):
    return f"<cpu mode='{mode}'{attributes}>{inside}</cpu>\n"


def distances(*pairs):
    siblings = "".join(f"<sibling id='{cell}' value='{value}'/>" for cell, value in pairs)
    return custom(NUMA.format("", f"<distances>{siblings}</distances>"))


def topology(**sizes):
    sizes = {"sockets": 1, "cores": 1, "threads": 1, **sizes}
    given = "".join(f" {name}='{size}'" for name, size in sizes.items() if size is not None)
    return custom(f"<topology{given}/>")


# Why the library refuses what libvirt takes.
DROPPED = "libvirt reads it and drops it, so the guest would lack it without a word"
QEMU = "the driver used here does not look; libvirt's QEMU driver refuses it"
LAST = "libvirt takes the last of the two"


def case(what, text, taken=None, until=None, right_from=None):
    """taken: why the library refuses it though libvirt, before the version `until`, does not; right_from: the version
    that begins to know it."""
    return what, text, taken, until, right_from


CASES = [
    case("mode unknown", host("nonsense")),
    case("match unknown", custom(attributes=" match='nonsense'")),
    case("check unknown", custom(attributes=" check='nonsense'")),
    case("fallback unknown", custom(model="<model fallback='nonsense'>qemu64</model>")),
    case("policy unknown", custom("<feature policy='nonsense' name='vmx'/>")),
    case("check none without a model", custom(attributes=" check='none'", model="")),
    case("check partial without a model", custom(attributes=" check='partial'", model="")),
    case("check full without a model", custom(attributes=" check='full'", model="")),
    case("migratable unknown", host("host-passthrough", attributes=" migratable='nonsense'")),
    case("migratable with custom", custom(attributes=" migratable='on'")),
    case("migratable with host-model", host("host-model", attributes=" migratable='off'")),
    case(
        "deprecated_features unknown",
        host("host-model", attributes=" deprecated_features='nonsense'"),
        DROPPED,
        until=(11, 0),
    ),
    case("model with host-passthrough", host("host-passthrough", MODEL), DROPPED),
    case("model with maximum", host("maximum", MODEL), DROPPED),
    case("vendor with host-passthrough", host("host-passthrough", "<vendor>Intel</vendor>")),
    case("vendor with maximum", host("maximum", "<vendor>Intel</vendor>")),
    case("model and vendor with maximum", host("maximum", MODEL + "<vendor>AMD</vendor>"), DROPPED),
    case("vendor_id with host-passthrough", host("host-passthrough", "<model vendor_id='KVMKVMKVMKVM'/>"), DROPPED),
    case("vendor_id with maximum", host("maximum", "<model vendor_id='KVMKVMKVMKVM'/>"), DROPPED),
    case("vendor without a model", custom("<vendor>Intel</vendor>", model="")),
    case("vendor without a model in host-model", host("host-model", "<vendor>Intel</vendor>")),
    case("vendor_id of 11", custom(model="<model vendor_id='KVMKVMKVMKV'>qemu64</model>")),
    case("vendor_id of 13", custom(model="<model vendor_id='KVMKVMKVMKVMK'>qemu64</model>")),
    case("vendor_id with a comma", custom(model="<model vendor_id='KVM,KVMKVMKV'>qemu64</model>")),
    case("feature twice", custom("<feature policy='require' name='vmx'/>" * 2)),
    case("feature both ways", custom("<feature name='vmx'/><feature policy='disable' name='vmx'/>")),
    case("feature twice in host-model", host("host-model", "<feature policy='force' name='vmx'/>" * 2)),
    case("feature without a name", custom("<feature policy='require'/>")),
    case("feature in custom without a model", custom("<feature policy='require' name='vmx'/>", model="")),
    case("no sockets", topology(sockets=None)),
    case("no cores", topology(cores=None)),
    case("no threads", topology(threads=None)),
    case("0 sockets", topology(sockets=0)),
    case("0 dies", topology(dies=0)),
    case("0 clusters", topology(clusters=0), DROPPED, until=(10, 1)),
    case("0 cores", topology(cores=0)),
    case("0 threads", topology(threads=0)),
    case("-1 sockets", topology(sockets=-1)),
    case("cores in words", topology(cores="four")),
    case("2 clusters", topology(clusters=2, sockets=1), DROPPED, right_from=(10, 1)),
    case("cache without a mode", custom("<cache level='3'/>")),
    case("cache mode unknown", custom("<cache mode='nonsense'/>")),
    case("cache twice", custom("<cache mode='disable'/><cache mode='disable'/>")),
    case("cache level 0", custom("<cache level='0' mode='disable'/>")),
    case("cache level 4", custom("<cache level='4' mode='emulate'/>")),
    case("cache level in words", custom("<cache level='all' mode='emulate'/>")),
    case("cache emulate without a level", custom("<cache mode='emulate'/>"), QEMU),
    case("cache emulate, level 1", custom("<cache level='1' mode='emulate'/>"), QEMU),
    case("cache passthrough with custom", custom("<cache mode='passthrough'/>"), QEMU),
    case("cache passthrough with host-model", host("host-model", "<cache mode='passthrough'/>"), QEMU),
    case("cache passthrough with a level", host("host-passthrough", "<cache level='3' mode='passthrough'/>"), QEMU),
    case("cache disable with a level", custom("<cache level='2' mode='disable'/>"), QEMU),
    case("maxphysaddr without a mode", custom("<maxphysaddr bits='42'/>")),
    case("maxphysaddr mode unknown", custom("<maxphysaddr mode='nonsense'/>")),
    case("maxphysaddr passthrough with bits", custom("<maxphysaddr mode='passthrough' bits='42'/>"), QEMU),
    case(
        "maxphysaddr emulate with a limit",
        custom("<maxphysaddr mode='emulate' bits='42' limit='40'/>"),
        DROPPED,
        until=(9, 3),
    ),
    case("maxphysaddr bits in words", custom("<maxphysaddr mode='emulate' bits='all'/>")),
    case("maxphysaddr emulate without bits", custom("<maxphysaddr mode='emulate'/>"), QEMU, right_from=(9, 2)),
    case(
        "maxphysaddr with a limit",
        host("host-passthrough", "<maxphysaddr mode='passthrough' limit='40'/>"),
        DROPPED,
        right_from=(9, 3),
    ),
    case(
        "deprecated_features",
        host("host-model", attributes=" deprecated_features='off'"),
        DROPPED,
        right_from=(11, 0),
    ),
    case("numa distance 9", distances((1, 9))),
    case("numa distance 256", distances((1, 256))),
    case("numa distance 10 to another", distances((1, 10))),
    case("numa distance 20 to itself", distances((0, 20))),
    case("numa distance to none", distances((7, 20))),
    case("numa distance twice", distances((1, 20), (1, 21)), LAST),
    case("numa distance without a value", custom(NUMA.format("", "<distances><sibling id='1'/></distances>"))),
    case("numa cell without memory", custom("<numa><cell id='0' cpus='0'/></numa>")),
    case("numa cell twice", custom("<numa>" + "<cell id='0' cpus='0' memory='1024'/>" * 2 + "</numa>")),
    case("numa cpus in words", custom("<numa><cell id='0' cpus='all' memory='1024'/></numa>")),
    case("numa memAccess unknown", custom(NUMA.format(" memAccess='nonsense'", ""))),
    case("numa discard unknown", custom(NUMA.format(" discard='nonsense'", ""))),
]

# Right, so that a refusal above is for the mistake and for nothing else.
RIGHT = [
    custom(),
    custom("<vendor>Intel</vendor>", " match='strict' check='full'"),
    custom(model="<model fallback='forbid' vendor_id='KVMKVMKVMKVM'>qemu64</model>"),
    custom("<feature policy='require' name='vmx'/>"),
    topology(),
    custom("<cache level='3' mode='emulate'/>"),
    custom("<cache mode='disable'/>"),
    host("host-passthrough", "<cache mode='passthrough'/>", " migratable='on'"),
    host("host-model", "<model vendor_id='KVMKVMKVMKVM'/>"),
    host("maximum"),
    custom("<maxphysaddr mode='emulate' bits='42'/>"),
    custom("<maxphysaddr mode='passthrough'/>"),
    distances((0, 10), (1, 20)),
    custom(NUMA.format(" memAccess='shared' discard='yes'", "")),
]


def ours_says(peer, ours, texts):
    """What the library says of each: its XML or its error."""
    commands = []
    for number, text in enumerate(texts):
        (peer.folder / f"refused-{number}.xml").write_text(text)
        commands.append(f"write refused-{number}.xml")
    return ask_ours(peer, ours, commands)


def check_refused(peer, ours):
    """Whether both sides refuse, or the list says why one does not; None where that cannot be told."""
    if not peer.has_virsh:
        print(f"SKIP: refused by {peer.version}: no virsh here (Debian: libvirt-clients)", flush=True)
        return None
    failures = []
    for text, said in zip(RIGHT, ours_says(peer, ours, RIGHT)):
        taken, virsh = define_alone(peer, "right", text)
        if not taken or not said.startswith("<cpu"):
            failures.append(f"{text}  is right, but libvirt says: {virsh}\n  and cpumap: {said}")
    version = tuple(map(int, peer.version.split(".")))
    cases = [c for c in CASES if not c[4] or version < c[4]]
    accepted = []
    for (what, text, why, until, _), said in zip(cases, ours_says(peer, ours, [text for _, text, *_ in cases])):
        taken, virsh = define_alone(peer, "wrong", text)
        if not said.startswith("error: "):
            failures.append(f"{what}: cpumap takes it, libvirt says: {virsh}\n{text}{said}")
        elif taken and why and (not until or version < until):
            accepted.append(f"{what}: {why}")
        elif taken:
            failures.append(f"{what}: libvirt takes it, and the list has no reason; cpumap says: {said}{text}")
        elif virsh.startswith("crash"):
            accepted.append(f"{what}: libvirt does not survive it ({virsh})")
    print(f"{'FAIL' if failures else 'ok'} refused {len(cases)} definitions by cpumap,", end=" ")
    print(f"{len(cases) - len(accepted) - len(failures)} of them by libvirt too; {len(failures)} without a reason")
    print("".join(f"  {line}\n" for line in accepted) + "".join(failures), end="", flush=True)
    return not failures
