"""Packaging: the package, with workbook_templates/ and macros/ inside the wheel."""

import runpy
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
BARE_FOLDERS = {
    "promo_xl.workbook_templates": "workbook_templates",
    "promo_xl.macros": "macros",
}

setup(
    name="promo_xl",
    version=runpy.run_path(str(HERE / "promo_xl" / "version.py"))["VERSION"],
    description="Excel workbooks that plan and steer a product promotion",
    long_description=(HERE / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="MIT",
    python_requires=">=3.11",
    packages=[*find_packages(include=["promo_xl", "promo_xl.*"]), *BARE_FOLDERS],
    package_dir=BARE_FOLDERS,
    package_data={
        "promo_xl": ["py.typed"],
        "promo_xl.workbook_templates": ["**/*.yml"],
        "promo_xl.macros": ["**/*.bas", "**/*.cls", "**/*.xml", "**/*.md"],
    },
    install_requires=[
        # A trace of the builder rests on how it draws cells and charts: a law holds each stamped part against it.
        "XlsxWriter>=3.3,<3.4",
        "openpyxl>=3.1",
        "PyYAML>=6",
        "chinesecalendar>=1.11",
        "tqdm>=4.66",
        # Big exports of readings.
        "pandas>=2.2",
        # Calculates closed workbooks, so that what formulas show is up to date before Excel opens them.
        "ironcalc>=0.9.1",
    ],
    extras_require={
        # The functions inside Excel on Windows; xlwings is BSD-3 there, and none of its PRO part is used.
        # pyOpenVBA (MIT) writes the add-in's VBA project when the add-in is built.
        "excel": ["xlwings>=0.37.8,<0.38", "pyOpenVBA>=6.5,<7", 'pywin32>=306; sys_platform == "win32"'],
        # The functions in Excel on a Mac and on the web. xlwings Server and xlwings PRO are under PolyForm
        # Noncommercial 1.0.0 or a paid licence: nothing else of promo_xl needs them.
        "server": ["xlwings-server>=1.20,<2"],
        # Databases as sources of readings; SQLite needs nothing. psycopg is under LGPL-3, used as it comes.
        "postgresql": ["SQLAlchemy>=2.0.30,<3", "psycopg[binary]>=3.2"],
        "mysql": ["SQLAlchemy>=2.0.30,<3", "PyMySQL>=1.2"],
        # Readings from Ocean Engine and Qianchuan (Apache-2.0, MIT), from Google Analytics (Apache-2.0), and their
        # secrets from the system's keyring (MIT).
        "ads": ["requests>=2.32", "urllib3>=2.2"],
        "ga4": ["google-analytics-data>=0.18", "requests>=2.32"],
        "keyring": ["keyring>=25"],
        # Packs workbooks several times as fast as zlib (PSF licence).
        "fast": ["isal>=1.7"],
        # Batches into object stores and on a cluster (BSD-3-Clause): s3:// with these, oss:// with ossfs besides.
        "cloud": ["fsspec>=2024.2", "s3fs>=2024.2"],
        "dask": ["distributed>=2024.2"],
        # What workbooks are measured against besides openpyxl, which promo_xl itself needs (MIT).
        "bench": ["xltpl>=0.21"],
        "test": [
            "isal>=1.7",
            "SQLAlchemy>=2.0.30,<3",
            "psycopg[binary]>=3.2",
            "PyMySQL>=1.2",
            "xlwings>=0.37.8,<0.38",
            "pyOpenVBA>=6.5",
            "oletools>=0.60",
            "pytest>=8",
            "hypothesis>=6.100",
            "mypy>=1.13",
            "ruff>=0.8",
            "import-linter>=2.1",
            "lxml>=5",
            "pandas-stubs",
            "types-PyYAML",
            "types-openpyxl",
            "types-tqdm",
            "requests>=2.32",
            "types-requests",
            "google-analytics-data>=0.18",
            "keyring>=25",
            "python-calamine>=0.4",
            "xlwt>=1.3",
            "msoffcrypto-tool>=5.4",
            "pytest-xdist>=3.6",
            "networkx>=3.2",
            "s3fs>=2024.2",
            "moto[server]>=5",
            "distributed>=2024.2",
            "setuptools>=70.1",
        ],
    },
    entry_points={"console_scripts": ["promo-xl=promo_xl.__main__:main"]},
    classifiers=[
        "License :: OSI Approved :: MIT License",
        "Programming Language :: Python :: 3.11",
        "Natural Language :: Chinese (Simplified)",
        "Natural Language :: English",
        "Topic :: Office/Business :: Financial :: Spreadsheet",
    ],
)
