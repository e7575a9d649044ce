"""A company's fields.

https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/companies/company
"""

from collections.abc import Mapping
from typing import Any, Final

from facts import leaf, record, tags
from facts.record import Reading, row
from facts.times import moment

_ROWS: Final = (
    row("company.company_id", leaf.identifier, "company_id"),
    row("company.name", leaf.text, "name"),
    row("company.plan", leaf.text, "plan", "name"),
    row("company.industry", leaf.text, "industry"),
    row("company.website", leaf.text, "website"),
    row("company.size", leaf.number, "size"),
    row("company.monthly_spend", leaf.number, "monthly_spend"),
    row("company.user_count", leaf.number, "user_count"),
    row("company.session_count", leaf.number, "session_count"),
    row("company.created_at", moment, "created_at"),
    row("company.last_request_at", moment, "last_request_at"),
)
_FETCHED: Final = (
    *_ROWS,
    row("company.id", leaf.identifier, "id"),
    row("company.tags", leaf.names, "tags", "tags"),
    row("company.segments", leaf.names, "segments", "segments"),
)


def read(company: Mapping[str, Any]) -> Reading:
    """The fields of a company. A notification lists its tags by id alone, its segments not at all."""
    unnamed = {"company.segments"}
    ids = tags.present("company", company)
    if ids is None:
        unnamed.add(tags.COMPANY_TAG_IDS)
    if ids != frozenset():
        unnamed.add("company.tags")
    attributes = record.attributes("company", company, "custom_attributes")
    return record.merged((record.read(company, _ROWS), attributes, Reading(not_fetched=unnamed)))


def fetched(company: Mapping[str, Any]) -> Reading:
    """The fields of a company that Intercom was asked for: nothing of it is left to ask for."""
    attributes = record.attributes("company", company, "custom_attributes")
    return Reading(record.merged((record.read(company, _FETCHED), attributes)).values)


def of_contact(contact: Mapping[str, Any]) -> Reading:
    """What a contact tells of its first listed company: the id, or that it has none."""
    companies = contact.get("companies")
    if leaf.is_empty_list(companies):
        return Reading()
    ids = [leaf.identifier(entry.get("id")) for entry in leaf.objects(leaf.inner(companies, "data"))]
    first = {"company.id": ids[0]} if ids and ids[0] else {}
    return Reading({**first}, {"company"})
