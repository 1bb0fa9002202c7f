"""The division of labour: a role without a person, a person without a task, two who answer for one thing."""

from promo_xl.plan.duties import duties_of
from promo_xl.plan.people import Member
from promo_xl.plan.tasks import Task

POSTER = Task(id="3.4", name="海报", owners=("王晨[60%]",))


def found(members: list[Member], tasks: list[Task]) -> list[tuple[int, str]]:
    return [(row, finding.code) for row, finding in duties_of(members, tasks)]


def test_a_role_that_nobody_has_taken_is_vacant() -> None:
    assert found([Member("M1", role="设计专员")], [POSTER]) == [(0, "ROLE_VACANT")]


def test_a_person_is_busy_by_name_or_by_role() -> None:
    by_name = Member("M1", role="设计专员", name="王晨")
    by_role = Member("M2", role="王晨", name="孙小美")
    idle = Member("M3", role="数据专员", name="李岩")
    assert found([by_name, by_role, idle], [POSTER]) == [(2, "MEMBER_IDLE")]


def test_a_cancelled_task_keeps_nobody_busy() -> None:
    cancelled = Task(id="1", owners=("王晨",), status="cancelled")
    assert found([Member("M1", role="设计专员", name="王晨")], [cancelled]) == [(0, "MEMBER_IDLE")]


def test_one_person_answers_for_a_task() -> None:
    members = [
        Member("M1", name="王晨", tasks="3.4,3.5", raci="accountable"),
        Member("M2", name="李岩", tasks="3.5", raci="accountable"),
        Member("M3", name="高远", tasks="3.5", raci="responsible"),
    ]
    double = [
        (row, f.details["task"], f.details["others"])
        for row, f in duties_of(members, [])
        if f.code == "TWO_ACCOUNTABLE"
    ]
    assert double == [(0, "3.5", ("李岩",)), (1, "3.5", ("王晨",))]


def test_without_tasks_of_their_own_two_answer_for_the_whole_project() -> None:
    members = [
        Member("M1", role="组长", name="王晨", raci="accountable"),
        Member("M2", name="李岩", raci="accountable"),
    ]
    assert found(members, []) == [(0, "TWO_ACCOUNTABLE"), (1, "TWO_ACCOUNTABLE")]
