"""Changes of the user's own settings from the ribbon; what nobody changes stays as it is."""

from promo_xl import user_settings
from promo_xl.addin.answers import DONE, Answer
from promo_xl.addin.call import Call
from promo_xl.addin.settings_file import save
from promo_xl.plan.findings import Finding, RefusedError
from promo_xl.sheetspec.load import load_book
from promo_xl.sheetspec.wording import languages

CHANGEABLE = (user_settings.LANGUAGE, user_settings.OUTPUT, user_settings.TEMPLATES)


def change(call: Call) -> Answer:
    """Save a setting that is good. Raises RefusedError."""
    typed = call.request.answered()
    name, value = typed.get("setting", "").upper(), typed.get("value", "")
    if name not in CHANGEABLE:
        details = {"found": name, "known": "、".join(CHANGEABLE)}
        raise RefusedError([Finding("SETTING_UNKNOWN", details=details)])
    value = good(name, value)
    save(user_settings.path(), {name: value})
    text = call.say("setting_done", name=call.say(f"setting_{name}"), value=value or call.say("setting_none"))
    if name != user_settings.OUTPUT:
        text = f"{text}\n{call.say('setting_restart')}"
    return Answer(DONE, text)


def good(name: str, value: str) -> str:
    """The value as it is kept; raises RefusedError."""
    if name == user_settings.LANGUAGE:
        wanted, known = value.casefold() or user_settings.AUTO, (user_settings.AUTO, *languages())
        if wanted not in known:
            details = {"found": value, "known": "、".join(known)}
            raise RefusedError([Finding("LANGUAGE_ARGUMENT", details=details)])
        return wanted
    if not value:
        return ""
    folder = user_settings.folder_named(user_settings.expanded(value))
    if folder is None:
        raise RefusedError([Finding("SETTING_FOLDER", details={"found": value})])
    if name == user_settings.TEMPLATES:
        load_book(folder)
    return str(folder)
