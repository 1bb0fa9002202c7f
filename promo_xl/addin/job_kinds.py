"""The kinds of jobs, by the command that begins them."""

from promo_xl.addin import batch_job, batch_work, jobs, refresh_job, refresh_work
from promo_xl.addin.answers import Answer
from promo_xl.addin.call import Call
from promo_xl.addin.jobs import Job

JOBS = {
    "make_batch": Job(batch_work.make, batch_job.ended, died="batch_died", none="batch_no_job"),
    "refresh_data": Job(refresh_work.fetch, refresh_job.ended, died="refresh_died", none="refresh_no_job"),
}


def job_of(call: Call) -> Job:
    """The kind of job that a request began."""
    return JOBS[call.request.get("command")]


def finish(call: Call) -> Answer:
    """Say how the job of a request ended, or that it still works."""
    return jobs.finished(call, job_of(call))
