"""The process that does the job of a ticket: python -m promo_xl.addin.job_process ticket."""

import sys

from promo_xl import user_settings
from promo_xl.addin.answers import told, write_lines, write_log
from promo_xl.addin.call import Call
from promo_xl.addin.job_kinds import job_of
from promo_xl.addin.tickets import check_ticket, read_request, work_folder
from promo_xl.plan.findings import RefusedError
from promo_xl.sheetspec.wording import wording


def main(ticket: str) -> None:
    """Do the job and leave `<ticket>.worked`, whatever happens."""
    user_settings.mend_environment()
    folder = work_folder()
    try:
        request = read_request(check_ticket(ticket), folder)
        call = Call(request, wording(request.get("language", "en")))
        try:
            lines = job_of(call).work(call)
        except RefusedError as refusal:
            lines = [("refused", line) for line in told(refusal.findings, call.words)]
    except Exception as error:
        log = write_log(folder / f"{ticket}.log")
        lines = [("log", log), ("problem", f"{type(error).__name__}: {error}"[:300])]
    write_lines(folder / f"{ticket}.worked", lines)


if __name__ == "__main__":
    main(sys.argv[1])
