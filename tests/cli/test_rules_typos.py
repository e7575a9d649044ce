# ruff: noqa: E501 - the lines are as long as people see them
"""One file with the faults that people make most often, and every word that is said about it."""

from pathlib import Path

from tests.cli.test_rules import run

TAGS = """\
# tags.yaml - every tag a rule may add or remove. A tag not listed here is an error, so a
# typo in a rule can never create a new tag in Intercom.
version: 1
tags:
  billing/refund:        Customer asks for their money back
  billing/invoice:       Questions about an invoice or a receipt
  billing/failed-card:   A card payment did not go through
  churn/cancel-request:  Customer says they want to leave
  churn/at-risk:         Put on the contact, for the success team
  region/nordics:        Customer is in a Nordic country
  lang/non-english:      Message is not in English
  bug/crash:             The product crashed
  urgent/p1:             Drop everything
  urgent/p2:             Today
  vip:                   Put on the company
  triage/unsorted:       Nobody has looked at it yet
  after-hours:           Arrived outside support hours
"""

FAULTY = r"""
version: 1
rules:
  - id: refund-request
    if:
      mesage.text:
        mentions_any: [refund]
    then:
      add: [billing/refnud]
  - id: refund-request
    if:
      message.text:
        mention_any: [refund]
      company.monthly_spend: {at_least: lots}
    then:
      add: [billing/refund]
      add: [vip]
  - id: trap
    if:
      any:
        - message.text: {mentions_none: [refund]}
        - message.text: {mentions_none: [invoice]}
      message.text: refund
    then: {add: [billing/refund]}
  - id: regexes
    if:
      message.text: {matches_any: ['\bété\b', '(a+)+$', '(?=x)y', '(unclosed']}
    then: {add: [billing/refund]}
"""

SAID = r"""
bad/typos.yaml:5:7: error: unknown field "mesage.text" [unknown-field]
  |
5 |       mesage.text:
  |       ^~~~~~~~~~~
  = did you mean "message.text"?
  = list all fields: rules fields
bad/typos.yaml:8:13: error: tag "billing/refnud" is not in tags.yaml [unknown-tag]
  |
8 |       add: [billing/refnud]
  |             ^~~~~~~~~~~~~~
  = did you mean "billing/refund"?
bad/typos.yaml:9:9: error: rule id "refund-request" is already used at bad/typos.yaml:3 [duplicate-id]
  |
9 |   - id: refund-request
  |         ^~~~~~~~~~~~~~
bad/typos.yaml:12:9: error: unknown operator "mention_any" for text field "message.text" [unknown-operator]
   |
12 |         mention_any: [refund]
   |         ^~~~~~~~~~~
   = did you mean "mentions_any"?
   = text operators: mentions_any, mentions_all, mentions_none, contains_any, contains_all, contains_none, starts_with_any, ends_with_any, matches_any, matches_none, exists, exact_case
bad/typos.yaml:13:41: error: "at_least" needs a number, not "lots" [not-a-number]
   |
13 |       company.monthly_spend: {at_least: lots}
   |                                         ^~~~
bad/typos.yaml:16:7: error: "add" is given twice in the same block (first on line 15) [duplicate-key]
   |
16 |       add: [vip]
   |       ^~~
   = only one of them would have counted. To test a field twice, or add two things, use a list
bad/typos.yaml:19:7: warning: "any" of two or more "none" tests is almost always true [any-of-negatives]
   |
19 |       any:
   |       ^~~
   = a message without the first word passes even if it has the second. Use one test with both words, or all:
bad/typos.yaml:22:21: error: "message.text" is free text: this would only match a message that is exactly these words [whole-text-equality]
   |
22 |       message.text: refund
   |                     ^~~~~~
   = did you mean   message.text: {mentions_any: [refund]}   ?
bad/typos.yaml:26:36: error: \b only knows A-Z: it breaks next to letters such as é, ß or я [ascii-word-boundary]
   |
26 |       message.text: {matches_any: ['\bété\b', '(a+)+$', '(?=x)y', '(unclosed']}
   |                                    ^~~~~~~~~
   = use mentions_any for whole words
bad/typos.yaml:26:57: error: this pattern is not valid: invalid perl operator: (?= [bad-regex]
   |
26 |       message.text: {matches_any: ['\bété\b', '(a+)+$', '(?=x)y', '(unclosed']}
   |                                                         ^~~~~~~~
   = look-around and back-references are not supported (RE2)
bad/typos.yaml:26:67: error: this pattern is not valid: missing ): (unclosed [bad-regex]
   |
26 |       message.text: {matches_any: ['\bété\b', '(a+)+$', '(?=x)y', '(unclosed']}
   |                                                                   ^~~~~~~~~~~
   = look-around and back-references are not supported (RE2)
"""


# The four warnings are left out of the page for their length: a picture of three lines and a note follow each.
LINES_OF_A_PICTURE = 4
UNTRIED = ((3, "refund-request"), (9, "refund-request"), (17, "trap"), (24, "regexes"))


def test_each_fault_is_told_at_its_place_with_what_to_do_about_it(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    (folder / "tags.yaml").write_text(TAGS, encoding="utf-8")
    (folder / "typos.yaml").write_text(FAULTY.removeprefix("\n"), encoding="utf-8")

    result = run("check", folder)

    said = result.output.replace(f"{tmp_path}/", "")
    for line, name in UNTRIED:
        start = f'bad/typos.yaml:{line}:9: warning: rule "{name}" has no examples [no-examples]\n'
        assert said.count(start) == 1
        before, _, after = said.partition(start)
        said = before + "".join(after.splitlines(keepends=True)[LINES_OF_A_PICTURE:])
    assert said == SAID.removeprefix("\n") + "4 rules in 1 file: 10 errors, 5 warnings\n"
    assert result.exit_code == 1
