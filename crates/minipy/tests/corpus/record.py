"""Records what CPython 3.11 prints for each program here: `python3.11 record.py`. In fails/, with the traceback."""

import pathlib
import subprocess
import sys

assert sys.version_info[:2] == (3, 11), "recorded with CPython 3.11"
here = pathlib.Path(__file__).parent
for program in sorted(here.glob("**/*.py")):
    if program.name == "record.py":
        continue
    command = [sys.executable, "-X", "no_debug_ranges", program.name]
    run = subprocess.run(command, cwd=program.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert (run.returncode != 0) == (program.parent.name == "fails"), (program, run.stdout)
    text = run.stdout.replace(f'File "{program.parent.resolve()}/', 'File "')
    program.with_suffix(".out").write_text(text)
