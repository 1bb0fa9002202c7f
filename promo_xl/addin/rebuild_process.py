"""Waits until Excel is closed, then installs the add-in of this version: python -m … ticket."""

import sys
import time

from promo_xl import user_settings
from promo_xl.addin.answers import write_log
from promo_xl.addin.install import install
from promo_xl.addin.machine import Machine, this_machine
from promo_xl.addin.tickets import check_ticket, work_folder
from promo_xl.sheetspec.wording import wording

PAUSE_SECONDS = 5.0
PATIENCE_SECONDS = 86400.0


def install_when_closed(machine: Machine, plans_folder: str) -> bool:
    """Install once no Excel runs any more; false if it ran all day."""
    until = time.monotonic() + PATIENCE_SECONDS
    while machine.excel_runs():
        if time.monotonic() >= until:
            return False
        time.sleep(PAUSE_SECONDS)
    install(machine, plans_folder)
    return True


def main(ticket: str) -> None:
    """Install; an error is kept in a file, for nobody listens."""
    user_settings.mend_environment()
    log = work_folder() / f"{check_ticket(ticket)}.log"
    try:
        install_when_closed(this_machine(), wording("zh").word("plans_folder"))
    except Exception:
        write_log(log)


if __name__ == "__main__":
    main(sys.argv[1])
