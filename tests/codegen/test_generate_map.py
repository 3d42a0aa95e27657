# SPDX-License-Identifier: BSL-1.0
"""Tests of cpumap_generate_map() from small projects of their own: each is configured and built with CMake, most with a
cpumap-codegen that is there and one with the program built from its source."""

import os
import pathlib
import shutil
import time

import support
from support import options, run

CODEGEN = pathlib.Path(__file__).resolve().parents[2] / "codegen"

INDEX = "<cpus><arch name='x86'><include filename='features.xml'/></arch></cpus>\n"


def features(*names):
    return "<cpus>" + "".join(f"<feature name='{name}'><cpuid eax_in='1' eax='{1 << bit:x}'/></feature>"
                              for bit, name in enumerate(names)) + "</cpus>\n"


class GenerateMap(support.FolderTest):
    def project(self, calls, main="int main() {}\n"):
        self.write("a project/CMakeLists.txt", f"""
            cmake_minimum_required(VERSION 3.25)
            project(consumer LANGUAGES CXX)
            include("{CODEGEN}/cpumap_generate_map.cmake")
            {calls}
            add_executable(consumer main.cpp)
            target_link_libraries(consumer PRIVATE my_map)
            """)
        self.write("a project/main.cpp", main)
        self.write("a project/my map/index.xml", INDEX)
        self.write("a project/my map/features.xml", features("a", "b"))

    def cmake(self, *arguments):
        return run("cmake", *arguments, env=os.environ | {"LC_ALL": "C"})

    def configure(self, program=None):
        more = [f"-DCPUMAP_CODEGEN_PROGRAM={options.codegen if program is None else program}"]
        if options.cxx:
            more.append(f"-DCMAKE_CXX_COMPILER={options.cxx[0]}")
        return self.cmake("-S", self.folder / "a project", "-B", self.folder / "a build", *more)

    def build(self):
        return self.cmake("--build", self.folder / "a build")

    def succeeds(self, result):
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def consumer(self):
        return run(self.folder / "a build" / "consumer").stdout

    MAIN = """
        #include <cpumap/maps/my_map.hpp>
        #include <cstdio>
        int main() {
            using map = cpumap::maps::my_map;
            using x86 = map::x86;
            std::printf("%s %.*s\\n", map::version.data(), int{x86::feature_name_at[x86::feature_count]}, x86::feature_names);
        }
        """
    CALL = "cpumap_generate_map(TARGET my_map MAP \"my map\" VERSION 1.2 NAME my_map STRICT)"

    def test_interface_library(self):
        self.project("add_library(my_map INTERFACE)\n"
                     "target_compile_features(my_map INTERFACE cxx_std_20)\n" + self.CALL, self.MAIN)
        self.succeeds(self.configure())
        self.succeeds(self.build())
        self.assertEqual(self.consumer(), "1.2.0 ab\n")
        self.assertTrue((self.folder / "a build/cpumap_maps/cpumap/maps/my_map.hpp").is_file())
        self.assertNotIn("Generating", self.succeeds(self.build()))

        self.touch_later("features.xml", features("a", "b", "c"))
        self.assertIn("Generating", self.succeeds(self.build()))
        self.assertEqual(self.consumer(), "1.2.0 abc\n")
        self.assertNotIn("Generating", self.succeeds(self.build()))

        # A file that was not there when the project was configured.
        self.touch_later("more.xml", "<cpus><feature name='d'><cpuid eax_in='2' eax='1'/></feature></cpus>")
        self.touch_later("index.xml", INDEX.replace("</arch>", "<include filename='more.xml'/></arch>"))
        self.succeeds(self.build())
        self.assertEqual(self.consumer(), "1.2.0 abcd\n")
        self.touch_later("more.xml", "<cpus><feature name='e'><cpuid eax_in='2' eax='1'/></feature></cpus>")
        self.succeeds(self.build())
        self.assertEqual(self.consumer(), "1.2.0 abce\n")

        # A mistake in the map ends the build and says where it is.
        self.touch_later("more.xml", "<cpus>\n<feature/></cpus>")
        result = self.build()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("more.xml:2: error: ", result.stdout + result.stderr)

    def touch_later(self, name, text):
        time.sleep(0.02) # file systems count time in steps
        self.write(f"a project/my map/{name}", text)

    def test_library_and_folder_of_choice(self):
        self.project("add_library(my_map STATIC lib.cpp)\n"
                     "target_compile_features(my_map PUBLIC cxx_std_20)\n" +
                     self.CALL.replace(")", " OUTPUT_DIR generated)"), self.MAIN)
        self.write("a project/lib.cpp", "#include <cpumap/maps/my_map.hpp>\n")
        self.succeeds(self.configure())
        self.succeeds(self.build())
        self.assertEqual(self.consumer(), "1.2.0 ab\n")
        self.assertTrue((self.folder / "a build/generated/cpumap/maps/my_map.hpp").is_file())

    def test_two_targets_of_one_map(self):
        libraries = "add_library(my_map INTERFACE)\ntarget_compile_features(my_map INTERFACE cxx_std_20)\n"
        second = "add_library(second INTERFACE)\ntarget_link_libraries(my_map INTERFACE second)\n"
        again = self.CALL.replace("TARGET my_map", "TARGET second")
        self.project(libraries + second + self.CALL + "\n" + again, self.MAIN)
        self.succeeds(self.configure())
        self.assertEqual(self.succeeds(self.build()).count("Generating"), 1)
        self.assertEqual(self.consumer(), "1.2.0 ab\n")
        self.project(libraries + second + self.CALL + "\n" + again.replace("1.2", "1.3"), self.MAIN)
        result = self.configure()
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("is already made from", " ".join(result.stderr.split()))

    def test_program_from_source(self):
        """From the folder codegen alone: maps are what the library is made of, so that it cannot be there before."""
        shutil.copytree(CODEGEN, self.folder / "cpumap/codegen")
        version = "include/cpumap/base/version.hpp"
        self.write(f"cpumap/{version}", (CODEGEN.parent / version).read_text())
        self.project("add_library(my_map INTERFACE)\n"
                     "target_compile_features(my_map INTERFACE cxx_std_20)\n" + self.CALL, self.MAIN)
        project = self.folder / "a project/CMakeLists.txt"
        project.write_text(project.read_text().replace(str(CODEGEN), str(self.folder / "cpumap/codegen")))
        self.succeeds(self.configure(""))
        self.succeeds(self.build())
        self.assertEqual(self.consumer(), "1.2.0 ab\n")
        [program] = (self.folder / "a build").rglob("cpumap-codegen")
        self.assertNotIn("hosts", run(program, "--help").stdout)
        self.assertEqual(run(program, "hosts").returncode, 2)

    def test_no_program(self):
        shutil.copy(CODEGEN / "cpumap_generate_map.cmake", self.folder)
        self.project("add_library(my_map INTERFACE)\n" + self.CALL)
        project = self.folder / "a project/CMakeLists.txt"
        project.write_text(project.read_text().replace(str(CODEGEN), str(self.folder)))
        result = self.configure("")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("there is no cpumap-codegen", " ".join(result.stderr.split()))

    def test_mistakes_in_the_call(self):
        for call, message in ((self.CALL.replace("TARGET my_map", ""), "TARGET is missing"),
                              (self.CALL.replace('MAP "my map"', ""), "MAP is missing"),
                              (self.CALL.replace("VERSION 1.2", ""), "VERSION is missing"),
                              (self.CALL.replace("NAME my_map", ""), "NAME is missing"),
                              (self.CALL.replace("TARGET my_map", "TARGET who"), "TARGET who does not exist"),
                              (self.CALL.replace("my map", "no map"), "no map does not exist"),
                              (self.CALL.replace("VERSION 1.2", "VERSION new"), "VERSION new is not"),
                              (self.CALL.replace("NAME my_map", "NAME my-map"), "NAME my-map is no identifier"),
                              (self.CALL.replace("STRICT", "STRICKT"), "STRICKT")):
            with self.subTest(message):
                self.project("add_library(my_map INTERFACE)\n" + call)
                result = self.configure()
                self.assertNotEqual(result.returncode, 0)
                self.assertIn("cpumap_generate_map: ", result.stderr)
                self.assertIn(message, " ".join(result.stderr.split()))


if __name__ == "__main__":
    support.main()
