# SPDX-License-Identifier: BSL-1.0
"""The warnings of the matrix besides those of every build, and those that are off, each with its reason.

They are for the compilers whose versions the matrix names: a later one may warn of more, and users' builds of the tests
should not fail for it.
"""

# g++: whatever it has that says something of code like this.
GNU = """
    -Walloca -Wcast-align=strict -Wcast-qual -Wcatch-value=3 -Wcomma-subscript -Wconversion -Wctor-dtor-privacy
    -Wdate-time -Wdeprecated-copy-dtor -Wdouble-promotion -Wduplicated-branches -Wduplicated-cond -Wextra-semi
    -Wformat=2 -Wimplicit-fallthrough=5 -Wlogical-op -Wmismatched-tags -Wmissing-declarations -Wnon-virtual-dtor
    -Wnull-dereference -Wold-style-cast -Woverloaded-virtual -Wplacement-new=2 -Wredundant-decls -Wredundant-tags
    -Wshadow -Wsign-conversion -Wstringop-overflow=4 -Wsuggest-override -Wtrampolines -Wundef -Wunused-const-variable=2
    -Wunused-macros -Wvla -Wvolatile -Wzero-as-null-pointer-constant
""".split()
# Left out of g++'s:
#   -Wuseless-cast      what is useless on 64 bits, a uint64_t made a size_t, is needed on 32
#   -Wswitch-enum       a switch with a default means it
#   -Wswitch-default    a switch without one names every value, and -Wswitch (in -Wall) says when one is missing
#   -Warith-conversion  has -Wconversion speak of operands that are promoted to int and cannot be negative
#   -Wsign-promo        std::to_string(uint16_t) takes the overload of int, which is right
#   -Wfloat-equal       compares with 0 and of copies, which are exact; clang's is off for the same
#   -Weffc++            wants members of aggregates in initialiser lists, and what the books of 1992 want
#   -Wpadded, -Winline, -Wdisabled-optimization, -Wnoexcept, -Wstrict-overflow
#                       say what the compiler did, not what the source has wrong

# clang: everything but these.
CLANG = ["-Weverything"] + """
    -Wno-c++98-compat
    -Wno-c++98-compat-pedantic
    -Wno-padded
    -Wno-switch-default
    -Wno-switch-enum
    -Wno-ctad-maybe-unsupported
    -Wno-unsafe-buffer-usage
    -Wno-unsafe-buffer-usage-in-container
    -Wno-documentation
    -Wno-documentation-html
    -Wno-missing-variable-declarations
    -Wno-undefined-func-template
    -Wno-shadow-field-in-constructor
    -Wno-float-equal
    -Wno-tautological-value-range-compare
    -Wno-unknown-warning-option
""".split()
# Why:
#   c++98-compat*                    C++20 is the least that is asked for
#   padded                           the layout is no interface
#   switch-default, switch-enum      see g++'s
#   ctad-maybe-unsupported           wants a deduction guide of every template, those with only the implied ones too
#   unsafe-buffer-usage*             wants std::span for every array; the constant evaluations in the suite, ASan and
#                                    UBSan are what watches the bounds here
#   documentation*                   reads <...> in comments as HTML; they are Markdown, for Doxygen
#   missing-variable-declarations    takes instances of inline variable templates for variables that a header forgot
#   undefined-func-template          models<...> is a name, declared and by design never defined
#   shadow-field-in-constructor      a constructor's parameter that has the name of the member it goes to is an idiom
#   float-equal                      see g++'s
#   tautological-value-range-compare clang 19 knows of constants that they hold: that is what static_assert is for
#   unknown-warning-option           clang 14 does not know those of 16 and 19

# Besides, by what is compiled.
OFF = {
    # Catch2's INFO ends with a brace, and its users end it with a semicolon all the same; and tests are registered before
    # main(), by Catch2 in a header of the system, by what stands in for it in tests/cross in one of ours.
    ("Clang", "tests"): ["-Wno-extra-semi-stmt", "-Wno-global-constructors"],
    # Users' programs, which show how the library is used: a function for firmware that only assembly calls, and returns
    # that clang 19 knows not to be taken, because they would say that a constant is wrong. And where they are linked
    # with nothing, the entry has the name that linkers look for.
    ("Clang", "contract"): ["-Wno-missing-prototypes", "-Wno-unreachable-code-return", "-Wno-reserved-identifier",
                            "-Wno-missing-noreturn"],
    ("GNU", "contract"): ["-Wno-missing-declarations"],
    # Programs may have what has a destructor until they end, and classes without a home for their vtable; and
    # std::stable_sort of libstdc++ 12 calls what C++17 deprecates.
    ("Clang", "codegen"): ["-Wno-exit-time-destructors", "-Wno-global-constructors", "-Wno-weak-vtables",
                           "-Wno-deprecated-declarations"],
    # Seen in std::streambuf itself, inlined into our functions.
    ("GNU", "codegen"): ["-Wno-null-dereference"],
}


def warnings(compiler, what):
    """The options for "GNU" or "Clang" and "headers", "tests", "contract" or "codegen"."""
    return (GNU if compiler == "GNU" else CLANG) + OFF.get((compiler, what), [])
