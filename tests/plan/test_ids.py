"""New ids: every row gets one of its own, and what is in use stays in use."""

from hypothesis import given
from hypothesis import strategies as st

from promo_xl.plan.ids import new_ids

IDS = st.lists(st.sampled_from(["", "1", "1.1", "1.10", "T1", "T2", "甲", "3.9", "x-1"]) | st.text(max_size=4))


def test_a_new_row_continues_the_numbers_of_the_row_above() -> None:
    assert new_ids(["1.1", "1.2", "", "2.1", ""]) == {2: "1.3", 4: "2.2"}


def test_a_number_that_is_in_use_further_down_is_not_given_again() -> None:
    assert new_ids(["T1", "", "T2"]) == {1: "T3"}


def test_the_first_holder_keeps_the_id_and_a_copy_gets_another() -> None:
    assert new_ids(["3.1", "3.1", "3.2"]) == {1: "3.3"}


def test_a_first_row_without_an_id_follows_the_rows_below() -> None:
    assert new_ids(["", "M1"]) == {0: "M2"}
    assert new_ids(["", ""]) == {0: "1", 1: "2"}


def test_an_id_without_a_number_is_continued() -> None:
    assert new_ids(["上线", "上线"]) == {1: "上线-1"}


@given(IDS)
def test_afterwards_every_row_has_an_id_of_its_own(ids: list[str]) -> None:
    given_ids = new_ids(ids)
    after = [given_ids.get(position, name) for position, name in enumerate(ids)]
    assert all(after)
    assert len(set(after)) == len(after)
    first = {name: position for position, name in reversed(list(enumerate(ids))) if name}
    assert all(after[position] == name for name, position in first.items())
