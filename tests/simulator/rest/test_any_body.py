"""Whatever somebody sends, there is an answer."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.calls import Call
from simulator.population.populate import populate
from simulator.population.size import Size
from simulator.rest.api import Api
from simulator.search.fields import FIELDS
from simulator.workspace.state import Workspace

NOW = 1_795_000_000
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = sorted(
    {name for fields in FIELDS.values() for name in fields} | {"custom_attributes.plan", "ticket_attribute.1"}
)
FILTERS = st.fixed_dictionaries(
    {
        "field": st.sampled_from(NAMES) | st.text(),
        "operator": st.sampled_from(["=", "!=", "IN", "NIN", ">", "<", ">=", "<=", "~", "!~", "^", "$"]) | st.text(),
        "value": ANY_JSON,
    }
)
QUERIES = st.recursive(
    FILTERS,
    lambda inner: st.fixed_dictionaries(
        {"operator": st.sampled_from(["AND", "OR"]), "value": st.lists(inner, max_size=3)}
    ),
    max_leaves=5,
)
PAGES = ANY_JSON | st.fixed_dictionaries({}, optional={"per_page": ANY_JSON, "starting_after": ANY_JSON})


def an_api() -> Api:
    workspace = Workspace()
    populate(workspace, Size(6, 4, 4, 2), seed=7, now=NOW, app_id="q4mx81zt")
    return Api(workspace, token="test-token", app_id="q4mx81zt", clock=lambda: NOW)


API = an_api()


def status(path: str, body: Any, method: str = "POST") -> int:
    headers = {b"authorization": b"Bearer test-token"}
    return API.answer(Call(method, path, headers, json.dumps(body).encode())).status


@given(plural=st.sampled_from(["conversations", "tickets", "contacts"]), query=QUERIES | ANY_JSON, pages=PAGES)
@settings(max_examples=300, deadline=None)
def test_any_search_is_answered(plural: str, query: Any, pages: Any) -> None:
    assert status(f"/{plural}/search", {"query": query, "pagination": pages}) in {200, 400}


@given(body=ANY_JSON | st.fixed_dictionaries({"name": ANY_JSON}, optional={"companies": ANY_JSON, "users": ANY_JSON}))
@settings(max_examples=200, deadline=None)
def test_any_tag_is_answered(body: Any) -> None:
    assert status("/tags", body) in {200, 400, 404}
