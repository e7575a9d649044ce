"""What each code of a finding means: why it matters, what it looks like, and how it is mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import fill, indent
from types import MappingProxyType

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `fault` is a piece of a rule file that has the fault, `mended` the same as it should be."""

    name: str
    meaning: str
    fault: str
    mended: str

    def as_text(self) -> str:
        """All that there is to say about the code, for people."""
        wrong, right = indent(self.fault, "    "), indent(self.mended, "    ")
        return f"{self.name}\n\n{fill(self.meaning, _WIDTH)}\n\nWrong:\n\n{wrong}\n\nRight:\n\n{right}"


_NAMES = (
    Code(
        "unknown-key",
        "There is no such key at this place. Most often it is a slip of the pen, and the nearest key is "
        "suggested. A key that nobody reads would make the rule do less than it says, so it is an error.",
        "- id: refund-request\n  prioritiy: 5\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
        "- id: refund-request\n  priority: 5\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "unknown-field",
        "There is no field of this name. `autotagger rules fields` lists all of them. Your own attributes are "
        "written with the word attributes, as in conversation.attributes.Plan.",
        "if:\n  mesage.text: {mentions_any: [refund]}",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
    Code(
        "unknown-operator",
        "This cannot be asked of this field: there is no such word, or it belongs to another type of field. "
        "The types and what can be asked of each stand in the manual under 'What you can ask'.",
        "if:\n  message.text: {mention_any: [refund]}",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
    Code(
        "unknown-value",
        "The field, or the setting, knows only a few words, and this is none of them: the test could never be true.",
        "if:\n  conversation.state: close",
        "if:\n  conversation.state: closed",
    ),
    Code(
        "unknown-tag",
        "The tag is not in tags.yaml. Only tags that are listed there may be added or removed, so that a slip "
        "of the pen can never make a new tag in Intercom. Correct the name, or add it to tags.yaml with a "
        "description.",
        "- id: good-customer\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vpi]}",
        "- id: good-customer\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "unknown-list",
        "Nothing has the name behind the $. Lists are given in this file, or in a file without rules for all "
        'files. If you mean the text itself, put it in quotes: "$100".',
        "lists:\n"
        "  invoice_words: [invoice*]\n"
        "rules:\n"
        "- id: invoice-question\n"
        "  if: {message.text: {mentions_any: $invoice_word}}\n"
        "  then: {add: [vip]}",
        "lists:\n"
        "  invoice_words: [invoice*]\n"
        "rules:\n"
        "- id: invoice-question\n"
        "  if: {message.text: {mentions_any: $invoice_words}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unknown-condition",
        "Nothing has the name behind use:, or the condition uses itself.",
        "conditions:\n"
        "  is_urgent: {conversation.priority: priority}\n"
        "rules:\n"
        "- id: urgent-case\n"
        "  if: {use: urgent}\n"
        "  then: {add: [vip]}",
        "conditions:\n"
        "  is_urgent: {conversation.priority: priority}\n"
        "rules:\n"
        "- id: urgent-case\n"
        "  if: {use: is_urgent}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unknown-window",
        "Nothing has the name behind during or not_during. Windows are named times of the week, under "
        "windows: in this file, or in a file without rules for all files.",
        "windows:\n"
        "  support_hours:\n"
        "    timezone: Europe/Dublin\n"
        "    open: [{days: mon-fri, from: 09:00, to: 18:00}]\n"
        "rules:\n"
        "- id: in-hours\n"
        "  if: {event.time: {during: support_hour}}\n"
        "  then: {add: [vip]}",
        "windows:\n"
        "  support_hours:\n"
        "    timezone: Europe/Dublin\n"
        "    open: [{days: mon-fri, from: 09:00, to: 18:00}]\n"
        "rules:\n"
        "- id: in-hours\n"
        "  if: {event.time: {during: support_hours}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unknown-group",
        "Nothing under groups: in this file has the name behind group:. A group may not span files.",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: first-rule\n"
        "  group: urgencey\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [vip]}",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: first-rule\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unknown-rule",
        "A scenario expects something of a rule that does not exist. A test of nothing would always pass, so "
        "it is an error: correct the id, or remove the expectation together with the rule.",
        "tests:\n- name: a refund is seen\n  given: {message.text: a refund}\n  expect: {matched: [refund-reqest]}",
        "tests:\n- name: a refund is seen\n  given: {message.text: a refund}\n  expect: {matched: [refund-request]}",
    ),
    Code(
        "duplicate-key",
        "The same key stands twice in one block. Only one of them would have counted, and nobody would see "
        "which. To test a field twice use all:; to add two tags use a list.",
        "if:\n  message.text: {mentions_any: [refund]}\n  message.text: {mentions_none: [invoice]}",
        "if:\n  message.text: {mentions_any: [refund], mentions_none: [invoice]}",
    ),
    Code(
        "duplicate-id",
        "Two rules have the same id. Ids are the key of records, metrics and tests, so each is used once over "
        "all files, and never again for another rule.",
        "- id: refund\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}\n"
        "- id: refund\n"
        "  if: {message.text: {mentions_any: [chargeback]}}\n"
        "  then: {add: [vip]}",
        "- id: refund\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}\n"
        "- id: chargeback\n"
        "  if: {message.text: {mentions_any: [chargeback]}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unknown-timezone",
        "There is no time zone of this name. They are called by a city, such as Europe/Dublin, or UTC; "
        "abbreviations such as CET do not know about summer time.",
        "windows:\n  support_hours:\n    timezone: Dublin\n    open: [{days: mon-fri, from: 09:00, to: 18:00}]",
        "windows:\n"
        "  support_hours:\n"
        "    timezone: Europe/Dublin\n"
        "    open: [{days: mon-fri, from: 09:00, to: 18:00}]\n"
        "rules:\n"
        "- id: in-hours\n"
        "  if: {event.time: {during: support_hours}}\n"
        "  then: {add: [vip]}",
    ),
)

_SHAPES = (
    Code(
        "missing-key",
        "The block lacks something that it needs: a rule needs id, if and then.",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "empty-value",
        "Something is there but says nothing: a list of nothing, a block of nothing. A test of no words would "
        "match everything or nothing, and which of both is easy to get wrong.",
        "if:\n  message.text: {mentions_any: []}",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
    Code(
        "wrong-shape",
        "A list stands where one text belongs, a text where a block belongs, and so on. The entries of a list "
        "start with a dash; a block has lines of the form key: value.",
        "if:\n  any:\n    message.text: {mentions_any: [refund]}",
        "if:\n  any:\n    - message.text: {mentions_any: [refund]}",
    ),
    Code(
        "wrong-target",
        "The rule is for one kind of object and looks at another: a conversation has no ticket fields. Either "
        "the field is the wrong one, or applies_to should name the other kind.",
        "- id: severe-ticket\n  if: {ticket.state: submitted}\n  then: {add: [vip]}",
        "- id: severe-ticket\n  applies_to: ticket\n  if: {ticket.state: submitted}\n  then: {add: [vip]}",
    ),
    Code(
        "bad-id",
        "An id is made of small letters a-z, digits and single hyphens between them.",
        "- id: Refund Request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "bad-name",
        "The name of a list, a condition or a window is made of letters a-z, digits and underscores, and "
        "starts with a letter.",
        "lists:\n  invoice-words: [invoice*]",
        "lists:\n  invoice_words: [invoice*]",
    ),
    Code(
        "bad-tag",
        "The name of a tag has 1 to 255 characters.",
        'tags:\n  "": Customer asks for their money back',
        "tags:\n  billing/refund: Customer asks for their money back",
    ),
    Code(
        "bad-key",
        "A key is one text. A list or a block before the colon is allowed in YAML, but not here; usually "
        "brackets or braces lack their quotes.",
        "- id: refund-request\n"
        "  [description]: A refund\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
        "- id: refund-request\n"
        "  description: A refund\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "bad-version",
        "Every file says in which version of the rule language it is written. There is only one: 1.",
        "version: 2\nlists:\n  invoice_words: [invoice*]",
        "version: 1\nlists:\n  invoice_words: [invoice*]",
    ),
    Code(
        "not-a-number",
        "A number belongs here: digits, with a point if need be, and nothing else.",
        "if:\n  conversation.rating: {at_most: two}",
        "if:\n  conversation.rating: {at_most: 2}",
    ),
    Code(
        "not-a-time",
        "A time belongs here, such as 2026-09-01 or 2026-09-01T18:00:00+02:00, or a length of time, such as "
        "90m, 12h, 7d or 2w.",
        "if:\n  conversation.created_at: {within_last: 3 days}",
        "if:\n  conversation.created_at: {within_last: 3d}",
    ),
    Code(
        "not-yet",
        "The rule language has a place for this, but this version cannot do it. `autotagger version` tells "
        "which version you have.",
        "if:\n  expression: message.text.contains('refund')",
        "if:\n  message.text: {contains_any: [refund]}",
    ),
)

_TESTS = (
    Code(
        "whole-text-equality",
        "A value behind a field means 'is exactly this', and nobody writes a message of exactly one word. Say "
        "how the words are to be looked for.",
        "if:\n  message.text: refund",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
    Code(
        "bad-regex",
        "The pattern is not one that RE2 understands. RE2 has no look-ahead, look-behind and back-references; "
        "for that it can never hang, whatever a customer writes. https://github.com/google/re2/wiki/Syntax",
        "if:\n  message.text: {matches_any: ['order(?= number)']}",
        "if:\n  message.text: {matches_any: ['order number']}",
    ),
    Code(
        "ascii-word-boundary",
        "\\b knows the letters A to Z only: next to é, ß or я it sees the end of a word where there is none. "
        "The mentions_ operators find whole words in every language.",
        "if:\n  message.text: {matches_any: ['\\bété\\b']}",
        "if:\n  message.text: {mentions_any: [été]}",
    ),
    Code(
        "misplaced-star",
        "A * stands for any ending, so it can only be the last character of a phrase. For parts of words "
        "there is contains_any, where a * is nothing but a star.",
        "if:\n  message.text: {mentions_any: ['*fund']}",
        "if:\n  message.text: {contains_any: [fund]}",
    ),
    Code(
        "short-word",
        "A word of one or two letters is found in many messages that mean something else: IT is also 'it'.",
        "if:\n  message.text: {mentions_any: [IT]}",
        "if:\n  message.text: {mentions_any: [IT], exact_case: true}",
    ),
    Code(
        "any-of-negatives",
        "At least one of several 'must not be there' is true of nearly every message: one without the first "
        "word passes even if it has the second. Nearly always one test with all the words is meant.",
        "if:\n"
        "  message.subject: {exists: yes}\n"
        "  any:\n"
        "    - message.text: {mentions_none: [refund]}\n"
        "    - message.text: {mentions_none: [invoice]}",
        "if:\n  message.subject: {exists: yes}\n  message.text: {mentions_none: [refund, invoice]}",
    ),
    Code(
        "only-negative",
        "The rule only says what must not be there. Where a field has no value every negative test is true, "
        "so it matches much more than it seems to. Add a test of what must be there.",
        "if:\n  message.text: {mentions_none: [refund]}",
        "if:\n  message.text: {mentions_none: [refund], exists: yes}",
    ),
    Code(
        "always-evaluated",
        "Rules are found by a word, a value or a field that an event must have for them to match. This one can match "
        "without any, so that it is tried on every event. A few such rules cost nothing, hundreds of them do.",
        "if:\n  any:\n    - message.text: {mentions_any: [refund]}\n    - event.attempt: {above: 1}",
        "if:\n  any:\n    - message.text: {mentions_any: [refund]}\n    - conversation.state: snoozed",
    ),
    Code(
        "negative-on-optional",
        "The test holds where its field has no value, so the rule may match there too. It is told in how many of the "
        "rule's own examples, and of the scenarios, that is so: what the rule matched before is not kept anywhere. If "
        "it is not meant, ask for the value as well.",
        "if:\n"
        "  message.text: {mentions_any: [refund]}\n"
        "  none:\n"
        "    - contact.email: {ends_with_any: ['@ourcompany.example']}",
        "if:\n"
        "  message.text: {mentions_any: [refund]}\n"
        "  contact.email: {exists: yes}\n"
        "  none:\n"
        "    - contact.email: {ends_with_any: ['@ourcompany.example']}",
    ),
    Code(
        "unheard-message",
        "A rule sees only what the customer wrote, unless it names message.from, and this one looks only at events in "
        "which a teammate or a bot writes. So there is no message for it, and it will not match. Say whose words you "
        "mean, or look at events in which the customer writes.",
        "- id: promised-refund\n  events: [conversation.admin.replied]\n"
        "  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
        "- id: promised-refund\n  events: [conversation.admin.replied]\n"
        "  if: {message.from: teammate, message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "costly-field",
        "Notifications do not bring this field: where the outcome depends on it, Intercom is asked, which takes a "
        "call of the rate limit. Put tests of what the notification brings beside it, so that it seldom does. "
        "The tags of a ticket Intercom never tells; there counts what this service itself did.",
        "if:\n  any:\n    - message.text: {mentions_any: [refund]}\n    - company.attributes.tier: gold",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
    Code(
        "self-untrigger",
        "The rule tests the very tag that it changes. Adding a tag that is there already, or removing one "
        "that is not, does nothing and costs nothing, so the test is not needed.",
        "if:\n  message.text: {mentions_any: [refund]}\n  conversation.tags: {has_none: [vip]}",
        "if:\n  message.text: {mentions_any: [refund]}",
    ),
)

_RULES = (
    Code(
        "add-remove-conflict",
        "The same tag is both added and removed: by one rule, or by two rules of the same priority that can "
        "match the same event. Nothing would happen to the tag.",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip], remove: [vip]}",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "never-matches",
        "No event can make the rule match: what it asks for contradicts itself, or is never there in the events that "
        "the rule looks at. There is a message where something is started, replied, noted, closed, opened, snoozed or "
        "unsnoozed, and none where something is read, rated, tagged, assigned, attached, or given a priority.",
        "- id: assigned-refund\n  events: [conversation.admin.assigned]\n"
        "  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
        "- id: asked-refund\n  events: [conversation.user.created, conversation.user.replied]\n"
        "  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "shadowed-by",
        "Whenever this rule matches another one of its group, or of a higher priority, takes its place: it "
        "never acts. Put the special rule before the general one.",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: broken\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [urgent/p2]}\n"
        "- id: broken-and-down\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*], contains_any: [down]}}\n"
        "  then: {add: [urgent/p1]}",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: broken-and-down\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*], contains_any: [down]}}\n"
        "  then: {add: [urgent/p1]}\n"
        "- id: broken\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [urgent/p2]}",
    ),
    Code(
        "duplicate-rule",
        "Two rules match the same events and do the same. Keep one of them: the other will be forgotten when "
        "the first is changed.",
        "- id: refund\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}\n"
        "- id: money-back\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
        "- id: refund\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "shadow-expired",
        "The rule is in shadow mode longer than its author wanted. Look at what it would have done, then make "
        "it live, give it a later shadow_until, or switch it off with mode: disabled.",
        "- id: refund-request\n"
        "  mode: shadow\n"
        "  shadow_until: 2020-01-01\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "impossible-event",
        "An example or a scenario tells of a message in an event whose topic never comes with one. What the rules "
        "make of it says nothing: no such notification will ever arrive. Leave out the topic, or name one of those "
        "that bring a message, such as conversation.user.replied.",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}\n"
        "  examples:\n    match: [{event.topic: conversation.admin.assigned, message.text: a refund}]\n"
        "    no_match: [hello]",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}\n"
        "  examples:\n    match: [{event.topic: conversation.user.replied, message.text: a refund}]\n"
        "    no_match: [hello]",
    ),
    Code(
        "no-examples",
        "A live rule needs an example that it matches and one that it does not match; `rules test` tries "
        "them. Without them nobody notices when a later change breaks the rule.",
        "- id: refund-request\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
        "- id: refund-request\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}\n"
        "  examples:\n"
        "    match: [a refund please]\n"
        "    no_match: [hello]",
    ),
    Code(
        "no-description",
        "The tag has no description. The next person wants to know what it is for.",
        "tags:\n  billing/refund:",
        "tags:\n  billing/refund: Customer asks for their money back",
    ),
    Code(
        "unused-list",
        "Nothing uses the list. Remove it, or use it with $ and its name.",
        "lists:\n"
        "  invoice_words: [invoice*]\n"
        "rules:\n"
        "- id: invoice\n"
        "  if: {message.text: {mentions_any: [invoice*]}}\n"
        "  then: {add: [vip]}",
        "lists:\n"
        "  invoice_words: [invoice*]\n"
        "rules:\n"
        "- id: invoice\n"
        "  if: {message.text: {mentions_any: $invoice_words}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unused-condition",
        "Nothing uses the condition. Remove it, or use it with use: and its name.",
        "conditions:\n"
        "  is_urgent: {conversation.priority: priority}\n"
        "rules:\n"
        "- id: urgent-case\n"
        "  if: {conversation.priority: priority}\n"
        "  then: {add: [vip]}",
        "conditions:\n"
        "  is_urgent: {conversation.priority: priority}\n"
        "rules:\n"
        "- id: urgent-case\n"
        "  if: {use: is_urgent}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unused-window",
        "Nothing uses the window. Remove it, or use it with during or not_during.",
        "windows:\n"
        "  support_hours:\n"
        "    timezone: Europe/Dublin\n"
        "    open: [{days: mon-fri, from: 09:00, to: 18:00}]\n"
        "rules:\n"
        "- id: invoice\n"
        "  if: {message.text: {mentions_any: [invoice*]}}\n"
        "  then: {add: [vip]}",
        "windows:\n"
        "  support_hours:\n"
        "    timezone: Europe/Dublin\n"
        "    open: [{days: mon-fri, from: 09:00, to: 18:00}]\n"
        "rules:\n"
        "- id: in-hours\n"
        "  if: {event.time: {during: support_hours}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unused-group",
        "No rule belongs to the group. Remove it, or name it in a rule with group:.",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: first-rule\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [vip]}",
        "groups:\n"
        "- {id: urgency, pick: first}\n"
        "rules:\n"
        "- id: first-rule\n"
        "  group: urgency\n"
        "  if: {message.text: {mentions_any: [crash*]}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "unused-tag",
        "No rule adds or removes the tag. That may be right, if people use it by hand.",
        "tags:\n  billing/refund: Customer asks for their money back\n  nobody/uses-this: An old tag",
        "tags:\n  billing/refund: Customer asks for their money back",
    ),
    Code(
        "blind-withdrawal",
        "With if_unmatched: remove the rule may take a tag from a ticket. Intercom never tells which tags a "
        "ticket has, so nobody can see whether a person has put the same tag there.",
        "- id: severe-ticket\n"
        "  applies_to: ticket\n"
        "  if_unmatched: remove\n"
        "  if: {ticket.state: submitted}\n"
        "  then: {add: [vip]}",
        "- id: severe-ticket\n  applies_to: ticket\n  if: {ticket.state: submitted}\n  then: {add: [vip]}",
    ),
    Code(
        "cannot-withdraw",
        "if_unmatched: remove takes back a tag from the object of the event. A tag on its contact or company "
        "may still be wanted because of another conversation, so it cannot be taken back from there.",
        "- id: at-risk\n"
        "  if_unmatched: remove\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {contact: {add: [vip]}}",
        "- id: at-risk\n  if: {message.text: {mentions_any: [refund]}}\n  then: {contact: {add: [vip]}}",
    ),
)

_FILES = (
    Code(
        "yaml-syntax",
        "The file is not YAML: a bracket or a quote that is never closed, a tab, lines that do not fit in "
        'with the indentation, or a text with ": " in it that lacks its quotes.',
        "- id: refund-request\n"
        "  description: Refunds: all of them\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
        "- id: refund-request\n"
        '  description: "Refunds: all of them"\n'
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "anchor",
        "Anchors (&name) and aliases (*name) can make a small file endlessly large and hide what a rule says. "
        "Use lists: and conditions: instead. A phrase that starts with * or & needs quotes.",
        "lists:\n  words: &words [invoice*]\n  same_words: *words",
        "lists:\n"
        "  words: [invoice*]\n"
        "rules:\n"
        "- id: invoice\n"
        "  if: {message.text: {mentions_any: $words}}\n"
        "  then: {add: [vip]}",
    ),
    Code(
        "merge-key",
        "Merge keys (<<) hide what a rule says. Use defaults:, lists: and conditions: instead.",
        "- id: refund-request\n"
        "  <<: {mode: shadow}\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}",
        "- id: refund-request\n  mode: shadow\n  if: {message.text: {mentions_any: [refund]}}\n  then: {add: [vip]}",
    ),
    Code(
        "yaml-tag",
        "YAML tags such as !include are not allowed. A text that starts with ! needs quotes.",
        "if:\n  message.text:\n    mentions_any: !important",
        "if:\n  message.text:\n    mentions_any: '!important'",
    ),
    Code(
        "multi-document",
        "A line with --- starts another document. One file is one document: split the file, or remove the line.",
        "version: 1\nlists:\n  words: [invoice*]\n---\nversion: 1\nlists:\n  more_words: [receipt*]",
        "version: 1\nlists:\n  words: [invoice*]\n  more_words: [receipt*]",
    ),
    Code(
        "not-utf-8",
        "The file is not saved as UTF-8, so letters such as é would be read as something else. In your "
        "editor, save it with the encoding UTF-8.",
        "(a file that was saved as Latin-1 or UTF-16)",
        "(the same file saved as UTF-8)",
    ),
    Code(
        "control-character",
        "There is an invisible control character in the file, probably from copying. Write the line anew.",
        "(a text with an invisible character in it)",
        "(the same text typed by hand)",
    ),
    Code(
        "bidi-override",
        "An invisible character changes the direction of the text, so what you see is not what is there. "
        "Write the line anew.",
        "(a text with an invisible character in it)",
        "(the same text typed by hand)",
    ),
    Code(
        "too-large",
        "The file is larger than is read. Split it.",
        "(one file of more than eight million bytes)",
        "(several smaller ones)",
    ),
    Code(
        "too-deep",
        "Too many blocks, or named conditions, inside one another. Give the inner parts names under conditions:.",
        "(more than 32 blocks inside one another)",
        "(named conditions and use:)",
    ),
    Code(
        "too-long",
        "A phrase or a pattern is longer than is allowed: use the words in it that matter.",
        "(a phrase of more than a thousand characters)",
        "(the few words that matter)",
    ),
    Code(
        "too-many",
        "There are more files, entries, tests or findings than are read or shown, or the patterns of the set are too "
        "large together. Of findings, mend the first ones; the rest will show.",
        "(a list of more than 20,000 entries)",
        "(several rules with a list each)",
    ),
    Code(
        "no-tags-file",
        "The folder has no file with tags:. A rule set has one, with every tag that its rules may add or remove.",
        "(a folder with rules.yaml only)",
        "(a folder with rules.yaml and tags.yaml)",
    ),
    Code(
        "two-tags-files",
        "Two files have tags:. Put all tags into one, so that each tag is found at one place.",
        "(a folder with tags.yaml and more-tags.yaml)",
        "(a folder with one tags.yaml)",
    ),
    Code(
        "not-a-rule-file",
        "A folder of rules holds *.yaml and *.yml files only. A file with another ending would be forgotten silently.",
        "(a folder with refunds.yaml.txt)",
        "(a folder with refunds.yaml)",
    ),
    Code(
        "unreadable",
        "The file or folder could not be read: look at its permissions, and at whether a link leads anywhere.",
        "(a file that belongs to somebody else)",
        "(chmod a+r refunds.yaml)",
    ),
)

_TRIALS = (
    Code(
        "failed-example",
        "The rule does something else with the example than its author says. The lines below it are the tests "
        "of the rule, and what each of them saw. Either the rule is wrong, or the example is.",
        "- id: refund-request\n"
        "  if: {message.text: {mentions_any: [refund]}}\n"
        "  then: {add: [vip]}\n"
        "  examples:\n"
        "    match: [I want my money back]\n"
        "    no_match: [hello]",
        "- id: refund-request\n"
        "  if: {message.text: {mentions_any: [refund, money back]}}\n"
        "  then: {add: [vip]}\n"
        "  examples:\n"
        "    match: [I want my money back]\n"
        "    no_match: [hello]",
    ),
    Code(
        "failed-scenario",
        "All rules together do something else with the event than the scenario expects.",
        "tests:\n- name: a refund is tagged\n  given: {message.text: a refund}\n  expect: {add: [billing/invoice]}",
        "tests:\n- name: a refund is tagged\n  given: {message.text: a refund}\n  expect: {add: [billing/refund]}",
    ),
    Code(
        "not-covered",
        "--min-coverage asks for more: an example or a scenario must show the rule matching and another one "
        "not matching, and each test inside it holding and not holding.",
        "if:\n"
        "  any:\n"
        "    - message.text: {mentions_any: [refund]}\n"
        "    - message.subject: {mentions_any: [refund]}\n"
        "examples:\n"
        "  match: [a refund]\n"
        "  no_match: [hello]",
        "if:\n"
        "  any:\n"
        "    - message.text: {mentions_any: [refund]}\n"
        "    - message.subject: {mentions_any: [refund]}\n"
        "examples:\n"
        "  match: [a refund, {message.subject: a refund}]\n"
        "  no_match: [hello]",
    ),
    Code(
        "bad-event",
        "The event file is neither a notification of Intercom's (JSON) nor a fact sheet (YAML with field: "
        "value lines).",
        "Where is my refund?",
        "message.text: Where is my refund?",
    ),
    Code(
        "too-large-for-a-configmap",
        "Kubernetes takes ConfigMaps of up to 1 MiB. Shorten the rules with lists:, or mount the folder from "
        "an image or a git checkout instead.",
        "(rules of more than 1,048,576 bytes)",
        "(the same rules with lists: that several of them use)",
    ),
    Code(
        "same-key",
        "Two files would have the same key in the ConfigMap, which has no folders: folders become -- in the key.",
        "(billing/refunds.yaml and billing--refunds.yaml)",
        "(billing/refunds.yaml and billing/more-refunds.yaml)",
    ),
    Code(
        "cannot-format",
        "The file uses a corner of YAML that cannot be laid out anew without a risk to its meaning, so it is "
        "left as it is. Write that piece more simply.",
        "%YAML 1.1\n---\nversion: 1\nlists:\n  words: [invoice*]",
        "version: 1\nlists:\n  words: [invoice*]",
    ),
    Code(
        "cannot-prove",
        "`rules prove` cannot tell whether it is so: it does not work out what patterns match or which times windows "
        "share, or there is too much to look at. Nothing need be wrong. Where words say the same as a pattern, "
        "words can be reasoned about.",
        "if:\n  message.text: {matches_any: [refund(s|ed)?]}",
        "if:\n  message.text: {mentions_any: [refund, refunds, refunded]}",
    ),
)

CODES: Mapping[str, Code] = MappingProxyType(
    {code.name: code for code in (*_NAMES, *_SHAPES, *_TESTS, *_RULES, *_FILES, *_TRIALS)},
)
"""Every code, in the order in which the manual has them."""
