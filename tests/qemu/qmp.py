# SPDX-License-Identifier: BSL-1.0
"""A QEMU that is asked over QMP: what it knows, what a model comes to, and what a CPU that runs has."""

import json
import subprocess
import tempfile

PROGRAM = "qemu-system-x86_64"


class Refused(Exception):
    """QEMU did not start: what it wrote."""


class Qemu:
    def __init__(self, *arguments):
        self.errors = tempfile.TemporaryFile("w+")
        command = [PROGRAM, "-S", "-display", "none", "-nodefaults", "-qmp", "stdio", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.errors, "text": True}
        self.process = subprocess.Popen(command, **pipes)
        self.read()  # the greeting
        self.ask(("qmp_capabilities", {}))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.errors.close()

    def written(self):
        """What QEMU wrote besides its answers, and what it always writes left out."""
        self.errors.seek(0)
        return "".join(line for line in self.errors if "TCG doesn't support requested feature" not in line)

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            raise Refused(self.written())
        return json.loads(line)

    def ask(self, *commands):
        """The answers to commands (name, arguments), in order; None where one is an error."""
        answers = []
        try:
            for name, arguments in commands:
                self.process.stdin.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # reading says why
        while len(answers) < len(commands):
            answer = self.read()
            if "event" not in answer:
                answers.append(answer.get("return"))
        return answers

    def get(self, path, names):
        """Properties of an object, by name."""
        return dict(zip(names, self.ask(*(("qom-get", {"path": path, "property": name}) for name in names))))

    def properties(self):
        """The names of what is on or off in a CPU."""
        listed, = self.ask(("device-list-properties", {"typename": "max-x86_64-cpu"}))
        return {p["name"] for p in listed if p["type"] == "bool"}

    def models(self):
        return {m["name"] for m in self.ask(("query-cpu-definitions", {}))[0]}

    def expand(self, model, features=()):
        """What a model with these features (name: on) has, before the accelerator takes away what it lacks."""
        wanted = {"name": model, "props": dict(features)}
        answer, = self.ask(("query-cpu-model-expansion", {"type": "full", "model": wanted}))
        return answer and answer["model"]["props"]
