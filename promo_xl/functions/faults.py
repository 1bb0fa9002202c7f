"""What is wrong with the cells that a function was given."""

from promo_xl.plan.findings import Finding


class WrongArgumentError(ValueError):
    """Cells that a function cannot work with: Excel shows an error, and the formula behind answers."""

    def __init__(self, function: str, argument: str, found: object, expected: str) -> None:
        details = {"function": function, "argument": argument, "found": str(found)[:60], "expected": expected}
        self.finding = Finding("FUNCTION_ARGUMENT", subject=function, field=argument, details=details)
        super().__init__(f"{function}: {argument} is {str(found)[:60]!r}, expected {expected}")
