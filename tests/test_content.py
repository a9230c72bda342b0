"""The shipped texts of the help desk and of the demo community: their shape, and that everything they name exists."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from portal.policy import Role
from portal.settings import data_dir
from portal.tickets.rules import Channel, Priority, Urgency

CONTENT = data_dir("content")
PROJECT_TYPES = frozenset({0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14})
"""HMIS CSV FY2026, list 2.02.6."""
FUNDERS = frozenset({*range(1, 12), *range(13, 28), 30, 32, *range(33, 47), *range(50, 57)})
"""HMIS CSV FY2026, list 2.06.1."""
RESIDENTIAL = frozenset({0, 1, 2, 3, 8, 9, 10, 13})
CANNED_VARIABLES = frozenset(
    {
        "requester.first_name",
        "requester.name",
        "agency.name",
        "ticket.number",
        "ticket.subject",
        "project.name",
        "staff.name",
        "staff.first_name",
        "desk.phone",
        "desk.email",
        "desk.hours",
    }
)
PLACEHOLDERS = frozenset({"project", "agency", "personal_id", "month", "user", "number"})
CONDITIONS = frozenset({"category", "words", "agency", "coc", "project_type", "channel"})
OPENERS = frozenset({*(role.value for role in Role), "stranger"})
HAS_AGENCY = frozenset(
    {"end_user", "agency_admin", "agency_executive", "agency_security_officer", "signed_in", "lead_staff"}
)
"""Openers whose ticket belongs to an agency: only their texts may name its projects and people."""
SCENARIO = frozenset(
    {
        "key",
        "category",
        "channel",
        "from",
        "weight",
        "season",
        "urgency",
        "project_types",
        "subject",
        "openings",
        "thread",
        "ends",
        "resolution",
    }
)
OPTIONAL = frozenset({"guard", "restricted", "burst", "parent", "escalated", "language", "rating"})
TURN = frozenset({"by", "after", "canned", "then", "text"})
PLACEHOLDER = re.compile(r"\{\{ ([a-z_.]+) \}\}")
WORKING_TIME = re.compile(r"([1-9]\d*)(m|h)")
EMAIL = re.compile(r"[\w.+-]+@([\w.-]+\w)")
PHONE = re.compile(r"(?<![\d-])\d{3}-\d{4}\b")
DOMAIN = re.compile(r"([a-z0-9-]+\.)?example\.(org|com)")


@cache
def read(name: str) -> Any:
    return yaml.safe_load((CONTENT / name).read_text(encoding="utf-8"))


def scenarios() -> list[dict[str, Any]]:
    return list(read("demo/tickets.yml")["scenarios"])


def keys(name: str, noun: str) -> list[str]:
    return [row["key"] for row in read(name)[noun]]


def texts(node: Any) -> Iterator[str]:
    """Every string in a file, keys of mappings aside."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from (text for value in node.values() for text in texts(value))
    elif isinstance(node, list):
        yield from (text for value in node for text in texts(value))


def letters(scenario: dict[str, Any]) -> list[str]:
    """What is said in a scenario: subject, openings, turns."""
    said = [turn["text"] for turn in scenario["thread"] if "text" in turn]
    return [scenario["subject"], *scenario["openings"], *said]


def twice(names: list[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


FILES = (
    "demo/community.yml",
    "demo/people.yml",
    "demo/tickets.yml",
    "demo/triage.yml",
    "tickets/canned.yml",
    "tickets/categories.yml",
    "tickets/queues.yml",
    "tickets/resolutions.yml",
    "tickets/triage.yml",
)


@pytest.mark.parametrize("name", FILES)
def test_no_address_or_phone_in_the_texts_could_be_somebodys(name: str) -> None:
    said = list(texts(read(name)))

    assert [domain for text in said for domain in EMAIL.findall(text) if not DOMAIN.fullmatch(domain)] == []
    assert [phone for text in said for phone in PHONE.findall(text) if not phone.startswith("555-01")] == []


@pytest.mark.parametrize("name", FILES)
def test_no_text_shouts_with_an_exclamation_mark(name: str) -> None:
    assert [text for text in texts(read(name)) if "!" in text] == []


@pytest.mark.parametrize("name", FILES)
def test_braces_stand_only_around_well_formed_placeholders(name: str) -> None:
    assert [text for text in texts(read(name)) if re.search(r"[{}]", PLACEHOLDER.sub("", text))] == []


@pytest.mark.parametrize(
    ("name", "noun"),
    [
        ("demo/community.yml", "cocs"),
        ("demo/community.yml", "agencies"),
        ("demo/community.yml", "projects"),
        ("demo/community.yml", "partners"),
        ("demo/people.yml", "staff"),
        ("demo/tickets.yml", "scenarios"),
        ("tickets/canned.yml", "canned"),
        ("tickets/categories.yml", "categories"),
        ("tickets/queues.yml", "queues"),
        ("tickets/resolutions.yml", "resolutions"),
    ],
)
def test_keys_are_unique(name: str, noun: str) -> None:
    assert twice(keys(name, noun)) == []


class TestCommunity:
    def test_has_two_cocs_fourteen_agencies_and_forty_projects(self) -> None:
        community = read("demo/community.yml")

        assert [coc["code"] for coc in community["cocs"]] == ["XX-501", "XX-502"]
        assert [coc["zone"] for coc in community["cocs"]] == ["America/Chicago", "America/Denver"]
        assert (len(community["agencies"]), len(community["projects"])) == (14, 40)

    def test_has_one_victim_service_provider_and_one_agency_not_taking_part(self) -> None:
        agencies = read("demo/community.yml")["agencies"]

        assert [agency["key"] for agency in agencies if agency["victim_service_provider"]] == ["marigold"]
        assert Counter(agency["participation"] for agency in agencies) == {
            "participating": 12,
            "vsp": 1,
            "not_participating": 1,
        }

    def test_names_domains_and_phones_belong_to_one_organization_each(self) -> None:
        community = read("demo/community.yml")
        every = [community["hmis_lead"], community["vendor"]]
        every += [*community["cocs"], *community["agencies"], *community["partners"]]

        assert twice([one["name"] for one in every]) == []
        assert twice([one["domain"] for one in every]) == []
        assert twice([one["phone"] for one in every]) == []
        assert [one["domain"] for one in every if not DOMAIN.fullmatch(one["domain"])] == []

    def test_each_agency_has_projects_in_its_own_cocs_only(self) -> None:
        community = read("demo/community.yml")
        cocs_of = {agency["key"]: set(agency["cocs"]) for agency in community["agencies"]}
        worked: dict[str, set[str]] = {key: set() for key in cocs_of}
        for project in community["projects"]:
            worked[project["agency"]].add(project["coc"])

        assert worked == cocs_of
        assert twice([project["name"] for project in community["projects"]]) == []

    def test_projects_carry_codes_of_the_hud_lists(self) -> None:
        projects = read("demo/community.yml")["projects"]

        assert [project["key"] for project in projects if project["type"] not in PROJECT_TYPES] == []
        assert [project["key"] for project in projects if not FUNDERS.issuperset(project["funders"])] == []
        assert [project["key"] for project in projects if (project["type"] == 13) != ("rrh_subtype" in project)] == []
        assert [project["key"] for project in projects if project["funded"] == (34 in project["funders"])] == []

    def test_only_projects_that_house_people_have_beds(self) -> None:
        projects = read("demo/community.yml")["projects"]

        assert [one["key"] for one in projects if (one["type"] in RESIDENTIAL) != (one["beds"] > 0)] == []

    def test_participation_of_projects_follows_their_agency(self) -> None:
        community = read("demo/community.yml")
        expected = {"participating": 1, "vsp": 2, "not_participating": 0}
        code_of = {agency["key"]: expected[agency["participation"]] for agency in community["agencies"]}

        assert [one["key"] for one in community["projects"] if one["participation"] != code_of[one["agency"]]] == []


class TestPeople:
    def test_names_are_many_and_different(self) -> None:
        people = read("demo/people.yml")

        assert (len(people["given_names"]) >= 150, len(people["surnames"]) >= 200) == (True, True)
        assert [*twice(people["given_names"]), *twice(people["surnames"])] == []
        assert [name for name in people["given_names"] + people["surnames"] if not isinstance(name, str)] == []

    def test_every_role_has_titles(self) -> None:
        titles = read("demo/people.yml")["titles"]

        assert set(titles) == {role.value for role in Role}
        assert [role for role, given in titles.items() if not given] == []

    def test_eight_staff_stand_in_queues_that_exist_and_cover_each_other(self) -> None:
        staff = read("demo/people.yml")["staff"]
        known = {person["key"] for person in staff}

        assert len(staff) == 8
        assert {queue for person in staff for queue in person["queues"]} == set(keys("tickets/queues.yml", "queues"))
        assert [person["key"] for person in staff if person["backup"] not in known - {person["key"]}] == []
        assert {person["role"] for person in staff} == {"lead_staff", "lead_admin"}

    def test_every_skill_that_a_queue_needs_is_held_by_somebody_in_it(self) -> None:
        staff = read("demo/people.yml")["staff"]
        missing = [
            (queue["key"], skill)
            for queue in read("tickets/queues.yml")["queues"]
            for skill in queue["skills"]
            if not any(skill in person["skills"] and queue["key"] in person["queues"] for person in staff)
        ]

        assert missing == []


class TestDesk:
    def test_categories_lead_to_queues_and_say_what_they_are_for(self) -> None:
        categories = read("tickets/categories.yml")["categories"]
        queues = set(keys("tickets/queues.yml", "queues"))

        assert [one["key"] for one in categories if one["queue"] not in queues] == []
        assert [one["key"] for one in categories if not (one["name"] and one["hint"] and one["ask"])] == []

    def test_every_category_has_canned_responses(self) -> None:
        canned = read("tickets/canned.yml")["canned"]

        assert len(canned) >= 30
        assert {one["category"] for one in canned} == set(keys("tickets/categories.yml", "categories"))
        assert twice([one["title"] for one in canned]) == []

    def test_canned_responses_greet_and_use_known_variables_only(self) -> None:
        canned = read("tickets/canned.yml")["canned"]
        greetings = ("Hi {{ requester.first_name }},", "Hola {{ requester.first_name }}:")

        assert [one["key"] for one in canned if set(PLACEHOLDER.findall(one["text"])) - CANNED_VARIABLES] == []
        assert [one["key"] for one in canned if one["text"].splitlines()[0] not in greetings] == []
        assert {name for one in canned for name in PLACEHOLDER.findall(one["text"])} >= {"desk.phone", "agency.name"}

    @pytest.mark.parametrize("name", ["tickets/triage.yml", "demo/triage.yml"])
    def test_triage_rules_name_only_what_exists(self, name: str) -> None:
        community = read("demo/community.yml")
        known = {
            "category": set(keys("tickets/categories.yml", "categories")),
            "agency": {agency["key"] for agency in community["agencies"]},
            "coc": {coc["code"] for coc in community["cocs"]},
            "project_type": set(PROJECT_TYPES),
            "channel": {channel.value for channel in Channel},
        }
        unknown = [
            (rule["name"], condition, value)
            for rule in read(name)["rules"]
            for condition, values in rule["when"].items()
            for value in values
            if condition in known and value not in known[condition]
        ]

        assert unknown == []
        assert [rule["name"] for rule in read(name)["rules"] if not any(rule["when"].values())] == []
        assert [rule["name"] for rule in read(name)["rules"] if set(rule["when"]) - CONDITIONS] == []

    @pytest.mark.parametrize("name", ["tickets/triage.yml", "demo/triage.yml"])
    def test_triage_rules_send_to_queues_priorities_and_people_that_exist(self, name: str) -> None:
        rules = read(name)["rules"]
        queues = {*keys("tickets/queues.yml", "queues"), None}
        priorities = {*(priority.value for priority in Priority), None}
        takers = {"by_load", "none"}
        if name.startswith("demo/"):
            takers |= {person["name"] for person in read("demo/people.yml")["staff"]}

        assert [rule["name"] for rule in rules if set(rule["then"]) != {"queue", "priority", "assign"}] == []
        assert [rule["name"] for rule in rules if rule["then"]["queue"] not in queues] == []
        assert [rule["name"] for rule in rules if rule["then"]["priority"] not in priorities] == []
        assert [rule["name"] for rule in rules if rule["then"]["assign"] not in takers] == []
        assert twice([rule["name"] for rule in rules]) == []

    def test_no_rule_of_the_demo_takes_a_ticket_out_of_a_restricted_queue(self) -> None:
        restricted = {one["key"] for one in read("tickets/categories.yml")["categories"] if one.get("restricted")}
        queues = {one["key"] for one in read("tickets/queues.yml")["queues"] if one.get("restricted")}
        every = set(keys("tickets/categories.yml", "categories"))
        leaking = [
            rule["name"]
            for rule in read("demo/triage.yml")["rules"]
            if rule["then"]["queue"] not in {*queues, None} and restricted & set(rule["when"].get("category", every))
        ]

        assert leaking == []

    def test_shipped_triage_has_at_least_twelve_rules_and_names_no_community(self) -> None:
        rules = read("tickets/triage.yml")["rules"]

        assert len(rules) >= 12
        assert [rule["name"] for rule in rules if {"agency", "coc"} & set(rule["when"])] == []


class TestScenarios:
    def test_are_many_and_most_open_in_several_ways(self) -> None:
        every = scenarios()

        assert len(every) >= 120
        assert sum(len(one["openings"]) > 1 for one in every) * 4 >= len(every) * 3
        assert [one["key"] for one in every if not 1 <= len(one["openings"]) <= 5] == []

    def test_have_the_described_shape(self) -> None:
        assert [one["key"] for one in scenarios() if SCENARIO - set(one)] == []
        assert [one["key"] for one in scenarios() if set(one) - SCENARIO - OPTIONAL] == []
        assert [one["key"] for one in scenarios() for turn in one["thread"] if set(turn) - TURN] == []

    def test_texts_are_not_empty_and_subjects_fit_one_line(self) -> None:
        assert [one["key"] for one in scenarios() for text in letters(one) if not text.strip()] == []
        assert [one["key"] for one in scenarios() if len(one["subject"]) > 80 or "\n" in one["subject"]] == []

    def test_no_two_openings_are_the_same(self) -> None:
        assert twice([opening for one in scenarios() for opening in one["openings"]]) == []

    def test_every_reference_resolves(self) -> None:
        every = scenarios()
        categories = set(keys("tickets/categories.yml", "categories"))
        canned = set(keys("tickets/canned.yml", "canned"))
        named = {one["key"] for one in every}

        assert [one["key"] for one in every if one["category"] not in categories] == []
        assert [
            one["key"] for one in every for turn in one["thread"] if turn.get("canned", "thank-you") not in canned
        ] == []
        assert [one["key"] for one in every if one.get("parent", one["key"]) not in named] == []
        assert [one["key"] for one in every if one["season"] not in read("demo/tickets.yml")["seasons"]] == []
        assert [one["key"] for one in every if one["from"] not in OPENERS] == []

    def test_codes_and_words_are_of_their_lists(self) -> None:
        every = scenarios()

        assert [one["key"] for one in every if one["channel"] not in {channel.value for channel in Channel}] == []
        assert [one["key"] for one in every if one["urgency"] not in {urgency.value for urgency in Urgency}] == []
        assert [one["key"] for one in every if not PROJECT_TYPES.issuperset(one["project_types"])] == []
        assert [one["key"] for one in every if one["weight"] not in range(1, 11)] == []
        assert [one["key"] for one in every if one.get("escalated", "coc") not in {"vendor", "coc"}] == []
        assert [one["key"] for one in every if one.get("rating", {"score": 1})["score"] not in range(1, 6)] == []

    def test_seasons_are_months(self) -> None:
        seasons = read("demo/tickets.yml")["seasons"]

        assert [name for name, months in seasons.items() if not months or set(months) - set(range(1, 13))] == []

    def test_every_category_channel_and_season_occurs(self) -> None:
        every = scenarios()

        assert {one["category"] for one in every} == set(keys("tickets/categories.yml", "categories"))
        assert {one["channel"] for one in every} == {channel.value for channel in Channel}
        assert {one["season"] for one in every} == set(read("demo/tickets.yml")["seasons"])

    def test_only_allowed_placeholders_stand_in_the_texts(self) -> None:
        used = {name for one in scenarios() for text in letters(one) for name in PLACEHOLDER.findall(text)}

        assert used == PLACEHOLDERS

    def test_openers_without_an_agency_name_no_project_and_no_colleague(self) -> None:
        wrong = [
            (one["key"], name)
            for one in scenarios()
            if one["from"] not in HAS_AGENCY
            for text in letters(one)
            for name in PLACEHOLDER.findall(text)
            if name in {"project", "agency", "user"}
        ]

        assert wrong == []

    def test_turns_say_who_when_and_something(self) -> None:
        turns = [(one["key"], turn) for one in scenarios() for turn in one["thread"]]

        assert [key for key, turn in turns if turn["by"] not in {"staff", "requester", "note"}] == []
        assert [key for key, turn in turns if not WORKING_TIME.fullmatch(turn["after"])] == []
        assert [key for key, turn in turns if not {"text", "canned", "then"} & set(turn)] == []
        assert [key for key, turn in turns if turn["by"] != "staff" and set(turn) != {"by", "after", "text"}] == []
        assert [key for key, turn in turns if turn.get("then", "wait") not in {"wait", "resolve", "with_vendor"}] == []

    def test_the_end_is_where_the_thread_leads(self) -> None:
        assert [one["key"] for one in scenarios() if one["ends"] != state_after(one["thread"])] == []

    def test_a_resolution_is_named_exactly_when_resolved(self) -> None:
        resolutions = set(keys("tickets/resolutions.yml", "resolutions"))

        assert [one["key"] for one in scenarios() if (one["ends"] == "resolved") != bool(one["resolution"])] == []
        assert [one["key"] for one in scenarios() if one["resolution"] not in {*resolutions, None}] == []

    def test_some_are_left_new_open_and_waiting(self) -> None:
        assert {one["ends"] for one in scenarios()} == {"new", "open", "waiting", "resolved"}

    def test_children_of_a_fault_come_many_at_once_and_before_their_parent_is_mended(self) -> None:
        every = {one["key"]: one for one in scenarios()}
        children = [one for one in every.values() if "parent" in one]

        assert len(children) >= 2
        assert [child["key"] for child in children if not 2 <= child["burst"][0] <= child["burst"][1]] == []
        assert [child["key"] for child in children if every[child["parent"]]["category"] != child["category"]] == []
        assert {every[child["parent"]]["from"] for child in children} == {"lead_staff"}

    def test_what_goes_to_a_restricted_queue_is_restricted(self) -> None:
        restricted = {one["key"] for one in read("tickets/categories.yml")["categories"] if one.get("restricted")}

        assert [
            one["key"] for one in scenarios() if (one["category"] in restricted) != bool(one.get("restricted"))
        ] == []

    def test_social_security_numbers_stand_only_where_the_guard_is_shown(self) -> None:
        number = re.compile(r"\d{3}[- ]\d{2}[- ]\d{4}")
        shown = {one["key"] for one in scenarios() for text in letters(one) if number.search(text)}

        assert {one["key"] for one in scenarios() if one.get("guard")} >= shown
        assert sum(bool(one.get("guard")) for one in scenarios()) >= 4


def state_after(thread: list[dict[str, Any]]) -> str:
    """The state a ticket is in when its thread is played: a requester's word reopens, an answer takes it up."""
    state = "new"
    for turn in thread:
        if turn["by"] == "staff":
            state = {"wait": "waiting", "resolve": "resolved"}.get(turn.get("then", ""), "open")
        elif turn["by"] == "requester" and state != "new":
            state = "open"
    return state
