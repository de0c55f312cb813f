"""The extensions: one static library for each instruction set, one Cython module for each kernel family.

Everything else about the package stands in pyproject.toml.
"""

import os
import sys
import sysconfig
from glob import glob

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_clib import build_clib
from setuptools.command.build_ext import build_ext
from setuptools.errors import CCompilerError, CompileError, ExecError, LinkError, PlatformError

# Never -ffast-math: it deletes NaN checks and changes the FPU mode of the whole process.
COMMON = {
    "unix": ["-std=c11", "-O3", "-fno-math-errno", "-fno-trapping-math", "-fno-semantic-interposition"],
    "msvc": ["/std:c11", "/O2"],
}
LEVELS = {
    "scalar": {"unix": [], "msvc": []},
    "neon": {"unix": [], "msvc": []},
    "avx2": {"unix": ["-mavx2", "-mfma", "-mbmi", "-mbmi2"], "msvc": ["/arch:AVX2"]},
    "avx512": {
        "unix": [
            *("-mavx2", "-mfma", "-mbmi", "-mbmi2"),
            *("-mavx512f", "-mavx512bw", "-mavx512cd", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"),
        ],
        "msvc": ["/arch:AVX512"],
    },
}
# Python's own flags often have -g, which made five sixths of the extensions debug symbols; a later flag wins.
# FASTVEC_DEBUG=1, or a -g among one's own CFLAGS, keeps them.
KEEP_SYMBOLS = os.environ.get("FASTVEC_DEBUG", "0") not in ("", "0") or any(
    flag.startswith("-g") for flag in os.environ.get("CFLAGS", "").split()
)
NO_SYMBOLS = {"unix": [] if KEEP_SYMBOLS else ["-g0"], "msvc": []}  # MSVC writes them to a file of their own
# A stack that is written over and a copy beyond a known size end the process; nothing can rewrite the table of
# imported functions. Level 3 of FORTIFY is 2 where the C library has no 3. What it costs: docs/trust.md. MSVC
# has its own of the first, and does it by default.
HARDENED = {"unix": ["-fstack-protector-strong", "-U_FORTIFY_SOURCE", "-D_FORTIFY_SOURCE=3"], "msvc": []}
HARDENED_LINK = ["-Wl,-z,relro,-z,now"] if sys.platform.startswith("linux") else []  # of ELF
# FASTVEC_SANITIZE=address,undefined or thread: what tests/sanitizers.py runs; FORTIFY would hide calls from them
if SANITIZE := os.environ.get("FASTVEC_SANITIZE", ""):
    NO_SYMBOLS = {"unix": ["-O1", "-g1", "-fno-omit-frame-pointer"], "msvc": []}
    HARDENED = {"unix": [f"-fsanitize={SANITIZE}", "-fno-sanitize-recover=all", "-U_FORTIFY_SOURCE"], "msvc": []}
    HARDENED_LINK = [f"-fsanitize={SANITIZE}"]
NO_COMPILER = """
fastvec builds its kernels with a C compiler, and none worked here. Install one and try again:
  Debian, Ubuntu   sudo apt install gcc python3-dev
  Fedora           sudo dnf install gcc python3-devel
  Alpine           apk add gcc musl-dev python3-dev
  macOS            xcode-select --install
  Windows          the C++ build tools of Visual Studio
The compiler's own words stand above; the error was: {error}
"""


def levels_of_this_platform():
    machine = sysconfig.get_platform().lower()
    if machine.endswith("universal2"):  # both at once: each level's source is empty where it does not belong
        return ["scalar", "avx2", "avx512", "neon"]
    if machine.endswith(("x86_64", "amd64")):
        return ["scalar", "avx2", "avx512"]
    if machine.endswith(("aarch64", "arm64")):
        return ["scalar", "neon"]
    return ["scalar"]


class BuildLevels(build_clib):
    """Gives each static library the flags of its instruction set, in the words of the compiler at hand."""

    def build_libraries(self, libraries):
        kind = "msvc" if self.compiler.compiler_type == "msvc" else "unix"
        for name, info in libraries:
            level = name.removeprefix("fastvec_")
            flags = LEVELS.get(level, {"unix": [], "msvc": []})[kind]
            if sysconfig.get_platform().endswith("universal2"):
                flags = [part for flag in flags for part in ("-Xarch_x86_64", flag)]
            info["cflags"] = COMMON[kind] + flags + NO_SYMBOLS[kind] + HARDENED[kind]
        _or_say_what_to_install(super().build_libraries, libraries)


class BuildKernels(build_ext):
    def build_extensions(self):
        kind = "msvc" if self.compiler.compiler_type == "msvc" else "unix"
        for extension in self.extensions:
            optimized = ["/O2"] if kind == "msvc" else ["-O3"]
            extension.extra_compile_args = optimized + NO_SYMBOLS[kind] + HARDENED[kind]
            extension.extra_link_args = HARDENED_LINK
        _or_say_what_to_install(super().build_extensions)


def _or_say_what_to_install(build, *args):
    try:
        build(*args)
    except (CCompilerError, CompileError, ExecError, LinkError, PlatformError) as error:
        sys.exit(NO_COMPILER.format(error=error))


FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
LIMITED_API = [] if FREE_THREADED else [("Py_LIMITED_API", "0x030B0000")]
HEADERS = sorted(glob("csrc/**/*.h", recursive=True))


def level_library(level):
    sources = [f"csrc/level_{level}.c"]
    return f"fastvec_{level}", {"sources": sources, "obj_deps": {"": HEADERS}, "include_dirs": ["csrc"]}


def base_library():
    sources = [path for path in sorted(glob("csrc/*.c")) if "level_" not in path]
    return "fastvec_base", {"sources": sources, "obj_deps": {"": HEADERS}, "include_dirs": ["csrc"]}


def extension(path):
    name = path.removesuffix(".pyx").replace("\\", "/").replace("/", ".")
    return Extension(
        name,
        [path],
        include_dirs=["csrc"],
        depends=HEADERS,
        define_macros=LIMITED_API,
        py_limited_api=not FREE_THREADED,
    )


setup(
    # base first: on Unix the linker resolves from left to right, and the base's table names every level
    libraries=[base_library(), *map(level_library, levels_of_this_platform())],
    ext_modules=cythonize(
        [extension(path) for path in sorted(glob("fastvec/kernels/_*.pyx"))],
        compiler_directives={
            "language_level": 3,
            "boundscheck": False,
            "wraparound": False,
            "cdivision": True,
            "initializedcheck": False,
            "freethreading_compatible": True,
        },
    ),
    cmdclass={"build_clib": BuildLevels, "build_ext": BuildKernels},
    options={} if FREE_THREADED else {"bdist_wheel": {"py_limited_api": "cp311"}},
)
