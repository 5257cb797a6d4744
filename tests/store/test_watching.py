from tests.store.network import LAPTOP, PHONE, a_run, day, whole
from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import Attached, Changed


def attached(port: str | None) -> Attached:
    return Attached(PHONE, "sw1" if port else None, port, evidence=("seen in a test",))


def test_what_is_held_of_a_device_is_replaced_whole_and_polls_tier_by_tier(url: str) -> None:
    with Store.open(url) as store:
        assert store.held("sw1") == {}
        store.keep("sw1", {"": "rows", "20": "more"}, polled={"fdb": day(1), "topology": day(1)})
        store.keep("sw2", {"": "others"}, polled={})
        store.keep("sw1", {"": "newer"}, polled={"fdb": day(2)})
        assert store.held("sw1") == {"": "newer"}
        assert store.polls() == {("sw1", "fdb"): day(2), ("sw1", "topology"): day(1)}
    with Store.open(url) as store:
        assert store.held("sw2") == {"": "others"}


def test_a_change_corrects_the_last_run_and_ends_with_the_next(url: str) -> None:
    with Store.open(url) as store:
        first = store.save_run(a_run(1, [], devices=whole("sw1"), attached=(attached("Gi1"),)), recorded=day(1))
        store.note([Changed(attached("Gi2"), day(1), "linkUp"), Changed(attached("Gi3"), day(1), "linkUp")])
        assert store.attachments_now()[PHONE] == attached("Gi3")
        assert [each.port for each in store.attachments(first)] == ["Gi1"]
        assert [each.attached.port for each in store.changes(first)] == ["Gi2", "Gi3"]
        second = store.save_run(a_run(2, [], devices=whole("sw1"), attached=(attached("Gi4"),)), recorded=day(2))
        assert store.attachments_now()[PHONE] == attached("Gi4")
        assert store.changes(second) == ()


def test_a_change_says_nothing_of_others_and_may_say_that_one_is_nowhere(url: str) -> None:
    laptop = Attached(LAPTOP, "sw1", "Gi9")
    with Store.open(url) as store:
        assert store.attachments_now() == {}
        store.save_run(a_run(1, [], devices=whole("sw1"), attached=(attached("Gi1"), laptop)), recorded=day(1))
        store.note([Changed(attached(None), day(1), "linkDown")])
        now = store.attachments_now()
        assert (now[PHONE].where, now[LAPTOP]) == ("nowhere", laptop)


def test_changes_before_any_run_are_kept_too(url: str) -> None:
    with Store.open(url) as store:
        store.note([Changed(attached("Gi1"), day(1), "poll")])
        assert store.attachments_now() == {PHONE: attached("Gi1")}
