"""The walls of the house: who may include whom, what a file may be called and how long it may get."""
import re
import subprocess
import sys

WALLS = [
    (r"^(engine|shaders)/", r"<(gtk|adwaita|sqlite3)", "the engine knows neither SQLite nor GTK"),
    (r"^(engine/text|engine/format|data|gui)/", r"[<\"](vulkan|engine/gpu)/", "no Vulkan here"),
    (r"^(data|jobs|cli)/", r"<(gtk|adwaita)", "no GTK below gui/"),
    (r"^engine/gpu/", r'"engine/(model|train|text|predict|format)/', "gpu/ must not know what a model is"),
    (r"^engine/text/", r'"engine/(?!text/)|<json-glib', "text/ stands alone"),
    (r"^engine/model/", r'"engine/(train|predict)/', "model/ must not know train/ or predict/"),
    (r"^engine/predict/", r'"engine/train/', "predict/ must not know train/"),
    (r"^engine/", r'"(data|jobs|cli|gui)/', "the engine must not know the library or what is above it"),
    (r"^data/", r'"(engine/(gpu|model|train|predict)|jobs|cli|gui)/', "data/ must not know the engine's device side"),
    (r"^jobs/", r'"(cli|gui)/', "jobs/ must not know who calls it"),
    (r"^gui/", r'"(jobs|cli|engine/(gpu|model|train|predict))/', "the window starts cloze processes instead"),
]

bad = []
files = subprocess.run(["git", "ls-files", "*.c", "*.h", "*.comp", "*.glsl"], capture_output=True, text=True, check=True)
for name in files.stdout.split():
    try:
        lines = open(name, encoding="utf-8").read().splitlines()
    except FileNotFoundError:
        continue
    if len(lines) > 800:
        bad.append(f"{name}: {len(lines)} lines; split it by concern")
    if re.search(r"(^|/)(utils?|common|misc|helpers?|manager)\.[ch]$", name):
        bad.append(f"{name}: named after nothing; a file is one noun")
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line):
            bad.append(f"{name}:{number}: left open: {line.strip()}")
        if line.startswith("#include"):
            for where, what, why in WALLS:
                if re.search(where, name) and re.search(what, line):
                    bad.append(f"{name}:{number}: {line.strip()}: {why}")
print("\n".join(bad) or "The house's walls stand.", file=sys.stderr)
sys.exit(bool(bad))
