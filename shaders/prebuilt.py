"""SPIR-V of the shaders that Debian 12's glslang cannot compile: kept in prebuilt/, with the hashes of its sources.

  prebuilt.py build [GLSLANG]   compiles it anew, with a glslang that knows GL_KHR_cooperative_matrix and GL_EXT_bfloat16
  prebuilt.py check             fails where a source has changed since, or a file is not what was compiled
"""
import hashlib
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "prebuilt"
LIST = FOLDER / "sha256"
SOURCE = "gemm-matrix.comp"
KERNELS = {
    "gemm-matrix-fp16": [],
    "gemm-matrix-fp16-rte": ["-DRTE"],
    "gemm-matrix-bf16": ["-DBF16"],
}
AGAIN = "run `meson compile -C build coopmat-spirv` where glslang is 15.2 or newer"


def find_sources(name, found):
    """The file and all that it includes, in the order met."""
    if name not in found:
        found.append(name)
        for include in re.findall(r'^#include "(.+)"', (HERE / name).read_text(encoding="utf-8"), re.M):
            find_sources(include, found)
    return found


def hash_file(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def list_hashes():
    """Lines as sha256sum has them, of the sources and of what was made of them."""
    paths = [HERE / name for name in find_sources(SOURCE, [])]
    paths += [FOLDER / f"{name}.spv" for name in KERNELS]
    return "".join(f"{hash_file(path)}  {path.relative_to(HERE)}\n" for path in paths if path.exists())


def build(glslang):
    for name, defines in KERNELS.items():
        subprocess.run([glslang, "-V", "--quiet", "-g0", "--target-env", "vulkan1.2", f"-I{HERE}", *defines,
                        "-o", FOLDER / f"{name}.spv", HERE / SOURCE], check=True)
    LIST.write_text(list_hashes(), encoding="utf-8")


def check():
    kept, now = LIST.read_text(encoding="utf-8").splitlines(), list_hashes().splitlines()
    differ = sorted({line.split("  ")[1] for line in set(kept) ^ set(now)})
    if differ:
        sys.exit(f"shaders/prebuilt does not belong to its sources: {', '.join(differ)} changed. {AGAIN}.")
    print(f"{len(now)} hashes are right.")


match sys.argv[1:]:
    case ["check"]:
        check()
    case ["build"]:
        build("glslangValidator")
    case ["build", program]:
        build(program)
    case _:
        sys.exit(__doc__)
