"""New workbooks from the ribbon: the same files as `promo-xl new` and `promo-xl batch` make."""

from dataclasses import replace
from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.answers import DONE, Answer
from promo_xl.addin.call import Call, templates_folder
from promo_xl.batches.crews import Here
from promo_xl.batches.orders import language_of, prepared_order, typed_brief
from promo_xl.batches.runs import jobs_of, run
from promo_xl.plan.findings import Finding, RefusedError


def new(call: Call) -> Answer:
    """The workbook of one product, which Excel then opens; raises RefusedError."""
    typed = call.request.answered()
    if not typed.get("product"):
        raise RefusedError([Finding("PRODUCT_ARGUMENT")])
    brief = typed_brief(typed["product"], typed)
    language = language_of(brief.product, call.words.language)
    order = prepared_order(output_folder(call), language, templates=templates_folder())
    [outcome] = run(jobs_of([brief], order), order, Here())
    if outcome.status == "failed":
        raise RefusedError(for_excel(outcome.findings))
    text = call.say("new_made" if outcome.status == "made" else "new_unchanged", file=outcome.place)
    return Answer(DONE, text, more=(("open", str(outcome.place)),))


def output_folder(call: Call) -> Path:
    """Where new workbooks go: the folder asked for, else that of the settings, else Documents, else home."""
    asked = call.request.answered().get("output") or user_settings.settings().get(user_settings.OUTPUT, "")
    if asked:
        return Path(asked)
    documents = Path.home() / "Documents"
    return documents if documents.is_dir() else Path.home()


def for_excel(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings whose advice for the command line has a sister for Excel."""
    return [
        replace(finding, details={**finding.details, "reason": "addin"})
        if finding.code == "OUTPUT_EXISTS"
        else finding
        for finding in findings
    ]
