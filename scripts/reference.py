"""`make reference`: the table of functions in both READMEs, from the catalogue."""

from pathlib import Path

from promo_xl.functions.reference import with_reference

ROOT = Path(__file__).resolve().parent.parent
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}


def main() -> None:
    """Write both."""
    for language, path in READMES.items():
        path.write_text(with_reference(path.read_text(encoding="utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    main()
