"""Changes of the user's own settings from the ribbon; what nobody changes stays as it is."""

from pathlib import Path

from promo_xl import user_settings
from promo_xl.addin.answers import DONE, Answer
from promo_xl.addin.call import Call
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import languages
from promo_xl.workbook.atomic import write_atomically

CHANGEABLE = (user_settings.LANGUAGE, user_settings.OUTPUT, user_settings.TEMPLATES)


def change(call: Call) -> Answer:
    """Save a setting that is good. Raises RefusedError."""
    typed = call.request.answered()
    name, value = typed.get("setting", "").upper(), typed.get("value", "")
    if name not in CHANGEABLE:
        details = {"found": name, "known": "、".join(CHANGEABLE)}
        raise RefusedError([Finding("SETTING_UNKNOWN", details=details)])
    value = _good(name, value)
    _save(name, value)
    text = call.say("setting_done", name=call.say(f"setting_{name}"), value=value or call.say("setting_none"))
    if name != user_settings.OUTPUT:
        text = f"{text}\n{call.say('setting_restart')}"
    return Answer(DONE, text)


def _good(name: str, value: str) -> str:
    """The value as it is kept; raises RefusedError."""
    if name == user_settings.LANGUAGE:
        wanted, known = value.casefold() or user_settings.AUTO, (user_settings.AUTO, *languages())
        if wanted not in known:
            details = {"found": value, "known": "、".join(known)}
            raise RefusedError([Finding("LANGUAGE_ARGUMENT", details=details)])
        return wanted
    if not value:
        return ""
    folder = Path(user_settings.expanded(value)).expanduser()
    if not folder.is_absolute() or not folder.is_dir():
        raise RefusedError([Finding("SETTING_FOLDER", details={"found": value})])
    if name == user_settings.TEMPLATES:
        load_book(folder)
    return str(folder)


def _save(name: str, value: str) -> None:
    """Change one line of the settings file; the others stay, even those that mean nothing here."""
    path = user_settings.path()
    before = user_settings.reading(path)
    if before.problem:
        details = {"file": str(path), "problem": before.problem}
        raise RefusedError([Finding("SETTING_UNREADABLE", details=details, place=path.name)])
    pairs = [(key, kept) for key, kept in before.pairs if key != name] + ([(name, value)] if value else [])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, user_settings.write_lines(pairs).encode("ascii"))
