"""The VBA modules of a workbook as olevba reads them, in a process of its own: it warns of itself."""

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import json, sys
from oletools.olevba import VBA_Parser
parser = VBA_Parser(sys.argv[1])
json.dump([[name, text] for _, _, name, text in parser.extract_all_macros()], sys.stdout)
"""


def vba_in(path: Path) -> dict[str, str]:
    """The text of each module by its name."""
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name.rpartition(".")[0]: text for name, text in json.loads(said)}
