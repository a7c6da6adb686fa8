#!/usr/bin/env python3
"""Works out every vignette and scenario a second time, apart from the program.

Reads docs/rule-packs.md's format with nothing but Python's own zoneinfo and calendar arithmetic, and says where its answer
differs from what the vignette expects. It shares no line with the program, so an error would have to be made twice.

    python3 data/duties/checks/deadlines.py            # says nothing but a count if all agree
    python3 data/duties/checks/deadlines.py --tell ID  # tells what it found for one vignette
"""

import itertools
import json
import pathlib
import random
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

ROOT = pathlib.Path(__file__).resolve().parent.parent
UTC = timezone.utc
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NEVER = "not yet"


# --- time -----------------------------------------------------------------------------------------------------------------

def instants(text):
    """The first and last second that a text such as 2026-07-01T03Z can mean."""
    if text.endswith("Z"):
        forms = [("%Y-%m-%dT%H:%M:%SZ", timedelta(seconds=1)), ("%Y-%m-%dT%H:%MZ", timedelta(minutes=1)), ("%Y-%m-%dT%HZ", timedelta(hours=1))]
        for form, step in forms:
            try:
                first = datetime.strptime(text, form).replace(tzinfo=UTC)
            except ValueError:
                continue
            return first, first + step - timedelta(seconds=1)
    if len(text) == 7:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC)
        after = months_later(first.date(), 1)
        return first, datetime(after.year, after.month, after.day, tzinfo=UTC) - timedelta(seconds=1)
    first = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    return first, first + timedelta(days=1, seconds=-1)


def months_later(day, months):
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(day.day, last))


def wall(day, clock, zone):
    """The moment at which clocks in the zone show this; after the gap if they never do, the first time if twice."""
    local = datetime.combine(day, clock).replace(tzinfo=zone, fold=0)
    there_and_back = local.astimezone(UTC).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != local.replace(tzinfo=None):
        hour = local
        while hour.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != hour.replace(tzinfo=None):
            hour = (hour.replace(tzinfo=None) + timedelta(minutes=1)).replace(tzinfo=zone)
        return hour.astimezone(UTC)
    return local.astimezone(UTC)


def is_open(day, calendar):
    return DAYS[day.weekday()] not in calendar["weekend"] and day.isoformat() not in calendar["holidays"]


def deadline(start, within, rule, zone, calendar):
    (unit, number), = within.items()
    if unit in ("minutes", "hours"):
        if rule["event_hour"] == "excluded":
            start = start.replace(minute=0, second=0) + timedelta(hours=1)
        return start + timedelta(**{unit: number})
    local = start.astimezone(zone)
    days = {"days": number, "weeks": 7 * number}.get(unit)
    if rule["ends"] == "elapsed" and days is not None:
        return start + timedelta(days=days)
    begin = last = local.date()
    if unit == "months":
        last = months_later(begin, number)
    elif days is not None:
        last = begin + timedelta(days=days)
    else:
        while number:
            last += timedelta(days=1)
            number -= is_open(last, calendar)
    least = rule.get("least_working_days", 0)
    if rule["last_day_closed"] == "extend":
        while not is_open(last, calendar):
            last += timedelta(days=1)
    if least and (last - begin).days >= least:
        inside = [begin + timedelta(days=n) for n in range(1, (last - begin).days + 1)]
        lacking = least - sum(is_open(day, calendar) for day in inside)
        while lacking > 0:
            last += timedelta(days=1)
            lacking -= is_open(last, calendar)
    if rule["ends"] == "end_of_day":
        return wall(last + timedelta(days=1), datetime.min.time(), zone)
    return wall(last, local.time(), zone)


# --- conditions: True, False, or None with the facts that could change it ------------------------------------------------------

class Case:
    def __init__(self, pack, facts, types, assumed=None):
        self.pack, self.facts, self.types, self.assumed = pack, facts, types, assumed or {}
        self.terms = {term["id"]: term["when"] for term in pack.get("definitions", [])}

    def holds(self, condition):
        if "all" in condition or "any" in condition:
            word = "all" if "all" in condition else "any"
            parts = [self.holds(part) for part in condition[word]]
            decided = word == "any"
            if any(value is decided for value, _ in parts):
                return decided, set()
            unknown = set().union(*(missing for value, missing in parts if value is None))
            return (None, unknown) if any(value is None for value, _ in parts) else (not decided, set())
        if "not" in condition:
            value, missing = self.holds(condition["not"])
            return (None, missing) if value is None else (not value, set())
        if "term" in condition:
            return self.holds(self.terms[condition["term"]])
        if "question" in condition:
            return self.assumed[condition["question"]], set()
        name = condition["fact"]
        value = None if name not in self.facts else self.compare(condition, self.facts[name], self.types[name])
        return value, ({name} if value is None else set())

    @staticmethod
    def compare(condition, value, kind):
        word = next(word for word in condition if word != "fact")
        wanted = condition[word]
        if kind in ("count", "compute"):
            low = high = None
            if isinstance(value, dict):
                low, high = (None if value.get(end) is None else Decimal(str(value[end])) for end in ("low", "high"))
            else:
                low = high = Decimal(str(value))
            wanted = Decimal(str(wanted))
            tests = {"at_least": lambda x: x >= wanted, "more_than": lambda x: x > wanted, "at_most": lambda x: x <= wanted, "less_than": lambda x: x < wanted}
            upward = word in ("at_least", "more_than")
            first, second = (low, high) if upward else (high, low)
            if first is not None and tests[word](first):
                return True
            if second is not None and not tests[word](second):
                return False
            return None
        if kind in ("codes", "countries"):
            known, whole = (value["has"], False) if isinstance(value, dict) else (value, True)
            found = any(one in known for one in (wanted if word == "has_any" else [wanted]))
            return True if found else (False if whole else None)
        if kind == "instant":
            if word == "happened":
                return (value != NEVER) is wanted
            if value == NEVER:
                return False
            first, last = instants(value)
            line = instants(wanted)[0]
            if word == "from":
                return True if first >= line else (False if last < line else None)
            return True if last < line else (False if first >= line else None)
        return value in wanted if word == "in" else value == wanted


def tests_in(pack, thing):
    """Every test of a fact that a condition makes, with what its definitions make."""
    terms = {term["id"]: term["when"] for term in pack.get("definitions", [])}
    if isinstance(thing, dict):
        if "fact" in thing:
            return [thing]
        parts = [terms[thing["term"]]] if "term" in thing else list(thing.values())
        return [test for part in parts for test in tests_in(pack, part)]
    return [test for part in thing for test in tests_in(pack, part)] if isinstance(thing, list) else []


def samples(tests, kind):
    """Values of a fact between which its tests can tell."""
    wanted = [value for test in tests for key, found in test.items() if key != "fact" for value in (found if isinstance(found, list) else [found])]
    if kind == "boolean":
        return [True, False]
    if kind in ("count", "compute"):
        return [str(Decimal(str(value)) + step) for value in wanted for step in (-1, 0, 1)]
    if kind in ("codes", "countries"):
        return [[]] + [[value] for value in wanted]
    return [*wanted, "?"] if kind in ("code", "country") else ["2000-01-01", "2100-01-01", NEVER]


def never_matters(pack, trigger, facts, types, name, open_facts, tries=4000):
    """Whether no value of one open fact was found to change anything, whatever the others are (random, with a fixed seed)."""
    chance = random.Random(name)
    tests = tests_in(pack, trigger)
    values = {fact: samples([test for test in tests if test["fact"] == fact], types[fact]) for fact in open_facts}
    asked = questions_in(pack, trigger)
    for _ in range(tries):
        filled = {**facts, **{fact: chance.choice(choices) for fact, choices in values.items()}}
        assumed = {question: chance.random() < 0.5 for question in asked}
        if len({Case(pack, {**filled, name: value}, types, assumed).holds(trigger)[0] for value in values[name]}) > 1:
            return False
    return True


def questions_in(pack, thing):
    found = []
    terms = {term["id"]: term["when"] for term in pack.get("definitions", [])}
    def walk(node):
        if isinstance(node, dict):
            if set(node) == {"question"}:
                found.append(node["question"])
            if set(node) == {"term"}:
                walk(terms[node["term"]])
            for part in node.values():
                walk(part)
        elif isinstance(node, list):
            for part in node:
                walk(part)
    walk(thing)
    return sorted(set(found))


# --- one duty -----------------------------------------------------------------------------------------------------------------

def midnight(day, zone):
    return wall(date.fromisoformat(day), datetime.min.time(), zone)


def windows(thing, as_of, zone):
    """The windows of a list that were the law at that moment."""
    every = thing if isinstance(thing, list) else [thing]
    return [window for window in every if within_days(window.get("stood", {}), as_of, zone)]


def within_days(window, as_of, zone):
    begun = "from" not in window or midnight(window["from"], zone) <= as_of
    return begun and ("until" not in window or as_of < midnight(window["until"], zone))


def law_zone(duty):
    """Where the days of the law begin: where a duty's zone hangs on the country, that of its `else`."""
    return ZoneInfo(duty["zone"] if isinstance(duty["zone"], str) else duty["zone"]["else"])


def begins(duty, as_of):
    """The next day on which a duty that is not in force begins, as the law stood."""
    zone = law_zone(duty)
    ahead = [window["from"] for window in windows(duty["in_force"], as_of, zone) if midnight(window["from"], zone) > as_of]
    return min(ahead, default=None)


def zones_of(duty, facts):
    zone = duty["zone"]
    if isinstance(zone, str):
        return [ZoneInfo(zone)]
    country = facts.get(zone["fact"])
    if country is None:
        return [ZoneInfo(name) for name in sorted(set(zone["zones"].values()) | {zone["else"]})]
    return [ZoneInfo(zone["zones"].get(country, zone["else"]))]


def standing(pack, duty, facts, as_of, types):
    zone = law_zone(duty)
    if not any(within_days(window, as_of, zone) for window in windows(duty["in_force"], as_of, zone)):
        return "not in force", set(), set()
    predicate = windows(duty.get("predicate_in_force", []), as_of, zone)
    outside = None if not predicate or any(within_days(window, as_of, zone) for window in predicate) else predicate[0]
    if outside and outside["outside"] == "not in force":
        return "not in force", set(), set()
    asked = questions_in(pack, duty["trigger"]) + ([outside["question"]] if outside else [])
    asked = sorted(set(asked))
    seen = {}
    for values in itertools.product([True, False], repeat=len(asked)):
        assumed = dict(zip(asked, values))
        value, missing = Case(pack, facts, types, assumed).holds(duty["trigger"])
        if outside and not assumed[outside["question"]]:
            value, missing = False, set()
        seen[values] = (value, missing)
    results = {value for value, _ in seen.values()}
    disputed = set()
    for position, name in enumerate(asked):
        for values, (value, _) in seen.items():
            flipped = values[:position] + (not values[position],) + values[position + 1:]
            if seen[flipped][0] is not value:
                disputed.add(name)
    if True in results:
        return "due", set(), disputed
    if None in results:
        return "undetermined", set().union(*(missing for _, missing in seen.values())), disputed
    return "not due", set(), disputed


def clock(pack, duty, stage, facts, types):
    case = Case(pack, facts, types)
    whether, missing = case.holds(stage["when"]) if "when" in stage else (True, set())
    if whether is False:
        return {"none": True}, set()
    if whether is None:
        return {"undetermined": sorted(missing)}, set()
    path = f'filed:{pack["id"]}/{duty["id"]}/'
    start = stage["start"]
    if "repeats_until" in stage:
        end = facts.get(stage["repeats_until"], NEVER)
        if end != NEVER:
            return {"none": True}, set()
    names = start.get("earliest_of") or start.get("latest_of") or [start.get("fact") or path + start["filed"]]
    if "repeats_until" in stage and facts.get(path + stage["id"], NEVER) != NEVER:
        names = [path + stage["id"]]
    usable, unsure = [], set()
    calendars = {calendar["id"]: calendar for calendar in pack.get("calendars", [])}
    rules = {rule["id"]: rule for rule in pack.get("counting", [])}
    for term in stage["deadlines"]:
        applies, why = case.holds(term["when"]) if "when" in term else (True, set())
        if applies is not False:
            usable.append((term, applies))
            unsure |= why
    certain = [term for term, applies in usable if applies]
    if not certain:
        return {"undetermined": sorted(unsure)}, set()
    timed = [term for term in certain if term["within"] != "without delay"]
    if not timed:
        return {"without_delay": True}, {term["question"] for term in certain if "question" in term}
    known = [facts[name] for name in names if facts.get(name, NEVER) != NEVER]
    if not known or ("latest_of" in start and len(known) < len(names)):
        return {"waits_for": sorted(name for name in names if name not in facts or facts[name] == NEVER)}, set()
    ranges = [instants(value) for value in known]
    pick = max if "latest_of" in start else min
    begins = pick(first for first, _ in ranges), pick(last for _, last in ranges)
    def falls(term, begin):
        rule = rules[term["counting"]]
        calendar = calendars.get(rule.get("calendar"), {"weekend": [], "holidays": []})
        return min(deadline(begin, term["within"], rule, zone, calendar) for zone in zones_of(duty, facts))
    soonest = min(timed, key=lambda term: (falls(term, begins[0]), term["id"]))
    moments = [min(falls(term, begin) for term in timed) for begin in begins]
    answer = {"due": moments, "deadline": soonest["id"]}
    answer["sooner_if"] = sorted(term["id"] for term, applies in usable if applies is None and term["within"] != "without delay" and falls(term, begins[0]) < moments[0])
    return answer, ({soonest["question"]} if "question" in soonest else set())


def answers(packs, types, facts, as_of):
    found = {}
    for pack in packs.values():
        for duty in pack["duties"]:
            state, missing, disputed = standing(pack, duty, facts, as_of, types)
            found[f'{pack["id"]}/{duty["id"]}'] = {"standing": state, "missing": missing, "disputed": disputed, "clocks": {}, "by": None, "from": begins(duty, as_of)}
    trigger_disputes = {name: set(answer["disputed"]) for name, answer in found.items()}
    triggered = {name: answer["standing"] for name, answer in found.items()}
    for pack in packs.values():
        for duty in pack["duties"]:
            answer = found[f'{pack["id"]}/{duty["id"]}']
            if answer["standing"] not in ("due", "undetermined"):
                continue
            for rule in duty.get("displaced_by", []):
                value, missing = Case(pack, facts, types).holds(rule["when"]) if "when" in rule else (True, set())
                other, open_questions = triggered[rule["duty"]], trigger_disputes[rule["duty"]]
                if rule.get("if_due") and value is not False:
                    if other in ("not due", "not in force"):
                        value, missing = False, set()
                    elif other == "undetermined":
                        value, missing = None, missing | found[rule["duty"]]["missing"]
                    elif open_questions and value:
                        value = False
                    if answer["standing"] == "due" and value is not True:
                        answer["disputed"] |= open_questions
                if value:
                    answer.update(standing="displaced", by=rule["duty"], missing=set())
                    break
                if value is None and answer["standing"] == "due":
                    answer["missing"] |= missing
            if answer["standing"] != "due":
                continue
            if "question" in duty:
                answer["disputed"].add(duty["question"])
            for stage in duty["stages"]:
                answer["clocks"][stage["id"]], disputed = clock(pack, duty, stage, facts, types)
                answer["disputed"] |= disputed
    return found


# --- what is expected ------------------------------------------------------------------------------------------------------------

def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def needless(expected, found, world):
    """Whether the facts that we name and the vignette does not are such as never matter."""
    pack, duty, facts, types = world
    extra = found["missing"] - set(expected["missing"])
    if found["standing"] != "undetermined" or not set(expected["missing"]) < found["missing"]:
        return False
    return all(never_matters(pack, duty["trigger"], facts, types, name, sorted(found["missing"])) for name in extra)


def faults(expected, found, world):
    if expected["standing"] != found["standing"]:
        yield f'standing is {found["standing"]}, missing {sorted(found["missing"])}, disputed {sorted(found["disputed"])}'
    for word in ("missing", "disputed"):
        same = word not in expected or set(expected[word]) == found[word]
        if not same and not (word == "missing" and needless(expected, found, world)):
            yield f'{word} is {sorted(found[word])}'
    for word in ("by", "from"):
        if word in expected and expected[word] != found[word]:
            yield f"{word} is {found[word]}"
    for name, wanted in expected.get("clocks", {}).items():
        has = found["clocks"].get(name)
        if has is None:
            yield f"no clock {name}"
        elif "due" in wanted:
            texts = [stamp(moment) for moment in has.get("due", [])]
            both = "/".join(texts) if "/" in wanted["due"] else (texts or [None])[0]
            if both != wanted["due"]:
                yield f"{name} falls at {texts or has}"
            for word in ("deadline", "sooner_if"):
                if word in wanted and wanted[word] != has.get(word):
                    yield f"{name}: {word} is {has.get(word)}"
        elif {key: sorted(value) if isinstance(value, list) else value for key, value in wanted.items()} != has:
            yield f"{name} is {has}"


def main():
    types = {fact["id"]: fact["type"] for fact in json.loads((ROOT / "facts.json").read_text())["facts"]}
    packs = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "packs").glob("*.json"))}
    tell = sys.argv[2] if len(sys.argv) > 2 and sys.argv[1] == "--tell" else None
    told, wrong, checked = 0, 0, 0
    cases = [(name, vignette, name + "/") for name, pack in packs.items() for vignette in pack["vignettes"]]
    for path in sorted((ROOT / "scenarios").glob("*.json")):
        scenario = json.loads(path.read_text())
        for number, step in enumerate(scenario.get("steps", [scenario])):
            cases.append((f"scenarios/{path.stem}", {"id": f'{scenario["id"]}#{number + 1}', **step}, ""))
    for place, vignette, prefix in cases:
        checked += 1
        found = answers(packs, types, vignette["facts"], instants(vignette["as_of"])[0])
        for expected in vignette["expect"]:
            name = prefix + expected["duty"]
            pack = packs[name.split("/")[0]]
            duty = next(duty for duty in pack["duties"] if duty["id"] == name.split("/")[1])
            for fault in faults(expected, found[name], (pack, duty, vignette["facts"], types)):
                wrong += 1
                print(f'{place}: {vignette["id"]}: {name}: {fault}')
            if tell == vignette["id"]:
                told += 1
                print(name, {key: value for key, value in found[name].items() if value})
    print(f"{checked} vignettes and steps of {len(packs)} packs, {wrong} differ")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
