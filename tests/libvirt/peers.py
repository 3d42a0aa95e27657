# SPDX-License-Identifier: BSL-1.0
"""The libvirts that the library is held against, and how both sides are asked."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TABLES = {"9.0": "libvirt_9_0", "11.3": "libvirt_11_3", "12.8": "libvirt_12_8"}
REFEREE_FLAGS = ["-O1", "-Wall", "-Wextra", "-D_GNU_SOURCE"]


class Skip(Exception):
    """What is missing here, so that nothing could be judged."""


def fail(text):
    sys.exit(f"tests/libvirt/run: {text}")


def run(args, **more):
    args = [str(arg) for arg in args]
    return subprocess.run(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


class Peer:
    """A libvirt: how to run its programs, and a folder that both sides read inputs from."""

    def __init__(self, name, build):
        self.name, self.build = name, build / name
        self.build.mkdir(parents=True, exist_ok=True)

    def start(self):
        """Makes the folder for inputs anew, and asks for the version."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        answer = run(**self.in_folder(self.referee, "--version"))
        if answer.returncode != 0:
            fail(f"{self.name}: the referee does not know this libvirt: {answer.stdout}")
        self.version = answer.stdout.strip()

    def finish(self):
        shutil.rmtree(self.folder, ignore_errors=True)


class Installed(Peer):
    def __init__(self, build):
        super().__init__("installed", build)
        compiler = shutil.which("cc") or shutil.which("gcc")
        if not compiler:
            raise Skip("no C compiler here")
        self.referee = self.build / "referee"
        built = run([compiler, *REFEREE_FLAGS, "-o", self.referee, HERE / "referee.c", "-l:libvirt.so.0"])
        if "cannot find -l:libvirt.so.0" in built.stdout:
            raise Skip("no libvirt.so.0 here (Debian: libvirt0)")
        if built.returncode != 0:
            raise Skip(f"this libvirt lacks functions that the referee calls:\n{built.stdout}")
        self.folder = self.build / "inputs"
        self.schemas = pathlib.Path("/usr/share/libvirt/schemas")
        self.has_virsh = shutil.which("virsh") is not None

    def in_folder(self, *command):
        """Arguments of subprocess.run that run a program of the peer's in the folder for inputs."""
        return {"args": [str(c) for c in command], "cwd": self.folder}


class Trixie(Peer):
    """libvirt 11.3.0 of Debian 13, in a folder that debootstrap makes."""

    PACKAGES = "libvirt0,libvirt-clients,gcc,libc6-dev"

    def __init__(self, build, root):
        super().__init__("trixie", build)
        if os.geteuid() != 0:
            raise Skip("Debian 13 is made and entered by root alone")
        self.root = root or self.build / "root"
        if not list(self.root.glob("usr/lib/*/libvirt.so.0")):
            self.make()
        self.schemas = self.root / "usr/share/libvirt/schemas"
        self.has_virsh = (self.root / "usr/bin/virsh").exists()
        self.place = f"/var/tmp/cpumap-{os.getpid()}"
        self.folder = self.root / self.place[1:] / "inputs"
        self.folder.mkdir(parents=True)
        shutil.copy(HERE / "referee.c", self.folder.parent)
        self.referee = f"{self.place}/referee"
        names = ["-o", self.referee, f"{self.place}/referee.c", "-l:libvirt.so.0"]
        built = run(["chroot", self.root, "gcc", *REFEREE_FLAGS, *names])
        if built.returncode != 0:
            fail(f"the referee does not build for Debian 13's libvirt:\n{built.stdout}")

    def make(self):
        if not shutil.which("debootstrap"):
            raise Skip("no debootstrap here")
        print("making Debian 13", flush=True)
        part = tempfile.mkdtemp(prefix="root.", dir=self.build)
        made = run(["debootstrap", "--variant=minbase", f"--include={self.PACKAGES}", "trixie", part])
        if made.returncode != 0:
            shutil.rmtree(part, ignore_errors=True)
            reason = made.stdout.strip().splitlines() or ["no reason given"]
            raise Skip(f"debootstrap cannot make Debian 13: {reason[-1]}")
        os.chmod(part, 0o755)
        os.rename(part, self.root)

    def in_folder(self, *command):
        inside = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", f"{self.place}/inputs"]
        return {"args": ["chroot", str(self.root), *inside, *(str(c) for c in command)]}

    def finish(self):
        shutil.rmtree(self.folder.parent, ignore_errors=True)


def build_ours(build, version):
    """Our side, with the tables of that libvirt."""
    tables = TABLES.get(version.rpartition(".")[0])
    if not tables:
        raise Skip(f"libvirt {version} has no tables of its own; there are {', '.join(TABLES)}")
    folder = build / tables
    options = ["-D", f"MAP={tables}", "-D", "CPUMAP_BUILD_CODEGEN=OFF"]
    configured = run(["cmake", "-S", HERE / "program", "-B", folder, *options])
    built = configured.returncode == 0 and run(["cmake", "--build", folder, "--target", "ours"])
    if not built or built.returncode != 0:
        fail("our side does not build:\n" + (built or configured).stdout)
    return folder / "ours"


def ask(start, commands, what):
    """The answers to all commands. One that ends the process has that as its answer, and the rest gets a new process.

    start(N) says how to start the process that answers from command N on, as arguments of subprocess.run.
    """
    answers, first = [], 0
    text = "".join(command + "\n" for command in commands)
    while first < len(commands):
        done = subprocess.run(**start(str(first)), input=text, capture_output=True, text=True)
        blocks = ("\n" + done.stdout).split("\n== ")[1:]
        for block in blocks:
            number, _, rest = block.partition("\n")
            if int(number) != len(answers):
                fail(f"{what} answers {number} where {len(answers)} is due")
            answers.append(rest + "\n" if rest and not rest.endswith("\n") else rest)
        first = len(answers)
        if done.returncode == 2 or (done.returncode != 0 and not blocks):
            fail(f"{what} stopped at {commands[max(first - 1, 0)]}: {done.stderr.strip()}")
        if done.returncode != 0:
            answers[-1] = f"crash: exit status {done.returncode}\n{done.stderr}"
        elif first != len(commands):
            fail(f"{what} answered {first} of {len(commands)} commands")
    return answers


def ask_libvirt(peer, commands):
    return ask(lambda first: peer.in_folder(peer.referee, first), commands, "libvirt")


def ask_ours(peer, ours, commands):
    return ask(lambda first: {"args": [str(ours), first], "cwd": peer.folder}, commands, "cpumap")
