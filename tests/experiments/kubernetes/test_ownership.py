"""Ownership of fields: a table of entries before and after; the real server is asked in test_reversal."""

from __future__ import annotations

from controlplane.client import Object

from experiments.kubernetes.ownership import given_back, is_owned_by_us, last_writer, owners

FIELD = ("f:spec", "f:http")


def entry(manager: str, fields: Object, *, operation: str = "Apply", time: str = "t") -> Object:
    who = {"manager": manager, "operation": operation, "apiVersion": "v1", "time": time}
    return {**who, "fieldsType": "FieldsV1", "fieldsV1": fields}


OWNER = entry("owner", {"f:spec": {"f:hosts": {}, "f:http": {}}})
OURS = entry("cowbane", {"f:spec": {"f:http": {}}}, operation="Update")
IDENTITY = {"manager": "owner", "operation": "Apply", "apiVersion": "v1"}


def test_owners_are_those_who_own_it_except_us() -> None:
    assert owners([OWNER, OURS, entry("other", {"f:spec": {"f:hosts": {}}})], FIELD) == [IDENTITY]
    assert is_owned_by_us([OURS], FIELD)
    assert not is_owned_by_us([OWNER], FIELD)


def test_the_field_goes_back_to_an_owner_of_other_fields() -> None:
    left = entry("owner", {"f:spec": {"f:hosts": {}}})
    assert given_back([left, OURS], FIELD, [IDENTITY]) == [OWNER]


def test_an_owner_who_has_nothing_left_gets_an_entry_again() -> None:
    (back,) = given_back([OURS], FIELD, [{**IDENTITY, "fieldsV1": {"f:spec": {"f:stolen": {}}}}])
    assert back == {**IDENTITY, "fieldsType": "FieldsV1", "fieldsV1": {"f:spec": {"f:http": {}}}}


def test_our_other_fields_stay_ours() -> None:
    label: Object = {"f:metadata": {"f:labels": {"f:x": {}}}}
    ours = {**OURS, "fieldsV1": {**label, **OURS["fieldsV1"]}}
    assert given_back([ours], FIELD, []) == [{**OURS, "fieldsV1": label}]


def test_a_field_that_nobody_owned_is_nobodys_again() -> None:
    assert given_back([OURS], FIELD, []) == [{}]


def test_the_last_writer_is_named_with_the_time() -> None:
    entries = [entry("a", OURS["fieldsV1"], time="1"), entry("b", OURS["fieldsV1"], time="2"), OURS]
    assert last_writer(entries, FIELD) == "b at 2"
    assert last_writer([OURS], FIELD) == ""
