"""The client: every call, over one connection."""

from workers.intercom.call import LARGEST_ANSWER, LARGEST_LIST
from workers.intercom.connection import API_VERSION
from workers.intercom.lookup import LookupCalls
from workers.intercom.search import SearchCalls
from workers.intercom.tagging import TaggingCalls
from workers.intercom.tags import TagCalls
from workers.intercom.workspace import WorkspaceCalls

__all__ = ["API_VERSION", "LARGEST_ANSWER", "LARGEST_LIST", "Intercom"]


class Intercom(TagCalls, TaggingCalls, LookupCalls, SearchCalls, WorkspaceCalls):
    """Intercom's REST API for one workspace, as far as tagging needs it: see `Connection` for what all calls share.

    One method is one call of Intercom's, so lists that have pages come page by page.
    """
