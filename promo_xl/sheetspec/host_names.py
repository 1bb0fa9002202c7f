"""The add-ins that a workbook can call."""

from typing import Literal, get_args

Host = Literal["none", "xlam", "officejs"]
HOSTS: tuple[Host, ...] = get_args(Host)
