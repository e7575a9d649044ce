"""The operations of REST 2.10 that this project knows, by Intercom's names: the simulator answers all of them."""

TAGS = (
    "listTagsForAContact",
    "attachTagToContact",
    "detachTagFromContact",
    "attachTagToConversation",
    "detachTagFromConversation",
    "listTags",
    "createTag",
    "findTag",
    "deleteTag",
    "attachTagToTicket",
    "detachTagFromTicket",
)
"""All of the section Tags: https://developers.intercom.com/docs/references/2.10/rest-api/api.intercom.io/tags"""

OPERATIONS = (
    *TAGS,
    "identifyAdmin",
    "listAdmins",
    "retrieveAdmin",
    "listTeams",
    "retrieveTeam",
    "retrieveConversation",
    "searchConversations",
    "getTicket",
    "searchTickets",
    "ShowContact",
    "SearchContacts",
    "listCompaniesForAContact",
    "listSegmentsForAContact",
    "retrieveCompany",
    "RetrieveACompanyById",
    "ListAttachedSegmentsForCompanies",
    "listSegments",
    "retrieveSegment",
)
