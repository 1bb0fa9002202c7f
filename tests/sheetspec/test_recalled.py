"""Laws of recalled values: a result counts again only where everything that its formula read is the same."""

from collections.abc import Hashable

from promo_xl.sheetspec.recalled import TRIES, Input, Recalled

START, DAYS = ("", "start", "start"), ("rest_days", "date", "date")
INPUTS: frozenset[Input] = frozenset({START, DAYS})


def holding(**held: Hashable) -> dict[Input, Hashable]:
    return {START: held["start"], DAYS: held["days"]}


def test_the_result_of_the_same_inputs_is_found_again() -> None:
    recalled, june = Recalled(), holding(start=46174, days=(1, 2))
    recalled.keep("period", INPUTS, june.__getitem__, [5.0, 5.0])
    assert recalled.find("period", holding(start=46174, days=(1, 2)).__getitem__) == (INPUTS, [5.0, 5.0])


def test_with_any_other_input_or_for_another_formula_it_is_not() -> None:
    recalled, june = Recalled(), holding(start=46174, days=(1, 2))
    recalled.keep("period", INPUTS, june.__getitem__, [5.0])
    assert recalled.find("period", holding(start=46175, days=(1, 2)).__getitem__) is None
    assert recalled.find("period", holding(start=46174, days=(1, 3)).__getitem__) is None
    assert recalled.find("another", june.__getitem__) is None


def test_a_formula_that_once_read_less_is_known_by_what_it_read_then() -> None:
    recalled, july = Recalled(), holding(start=46204, days=())
    recalled.keep("period", INPUTS, holding(start=46174, days=(1,)).__getitem__, [5.0])
    recalled.keep("period", frozenset({START}), july.__getitem__, [0.0])
    assert recalled.find("period", holding(start=46204, days=(9,)).__getitem__) == (frozenset({START}), [0.0])


def test_a_formula_whose_inputs_never_come_back_is_not_asked_for_ever() -> None:
    recalled, asked = Recalled(), list[Input]()
    for day in range(3 * TRIES):

        def held(one: Input, day: int = day) -> Hashable:
            asked.append(one)
            return day

        if recalled.find("period", held) is None:
            recalled.keep("period", INPUTS, held, [float(day)])
    assert len(asked) < 5 * TRIES
