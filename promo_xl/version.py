"""The version of the program, which workbooks carry."""

VERSION = "0.1.0"
