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
    """The moment at which clocks in the zone show this; if they skip it, as if they had not changed yet; the first time if twice."""
    return datetime.combine(day, clock).replace(tzinfo=zone, fold=0).astimezone(UTC)


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


def weigh(pack, condition, facts, types):
    """A condition beside the trigger under every reading of its questions: the reading to be kept (what holds under one holds),
    the certain one (the same under all), the facts that could change it, and the questions that do."""
    if condition is None:
        return True, True, set(), set()
    asked = questions_in(pack, condition)
    seen = {}
    for values in itertools.product([True, False], repeat=len(asked)):
        seen[values] = Case(pack, facts, types, dict(zip(asked, values))).holds(condition)
    results = [value for value, _ in seen.values()]
    kept = True if True in results else (None if None in results else False)
    certain = results[0] if all(value is results[0] for value in results) else None
    hanging = {
        name
        for position, name in enumerate(asked)
        for values in seen
        if seen[values][0] is not seen[values[:position] + (not values[position],) + values[position + 1:]][0]
    }
    return kept, certain, set().union(*(missing for _, missing in seen.values())), hanging


def clock(pack, duty, stage, facts, types):
    """How the clock of a stage runs, and the questions that it hangs on."""
    whether, _, missing, disputed = weigh(pack, stage.get("when"), facts, types)
    if whether is False:
        return {"none": True}, set()
    if whether is None:
        return {"undetermined": sorted(missing)}, disputed
    path = f'filed:{pack["id"]}/{duty["id"]}/'
    start = stage["start"]
    end = facts.get(stage["repeats_until"], NEVER) if "repeats_until" in stage else NEVER
    names = start.get("earliest_of") or start.get("latest_of") or [start.get("fact") or path + start["filed"]]
    if "repeats_until" in stage and facts.get(path + stage["id"], NEVER) != NEVER:
        names = [path + stage["id"]]
    usable = []
    calendars = {calendar["id"]: calendar for calendar in pack.get("calendars", [])}
    rules = {rule["id"]: rule for rule in pack.get("counting", [])}
    for term in stage["deadlines"]:
        applies, sure, why, hanging = weigh(pack, term.get("when"), facts, types)
        if applies is not False:
            usable.append({"term": term, "applies": applies, "sure": sure, "why": why, "hanging": hanging, "timed": term["within"] != "without delay"})
    held = [one for one in usable if one["applies"]]
    if not held:
        unsure = set().union(*(one["why"] for one in usable))
        answer = {"undetermined": sorted(unsure), "perhaps": sorted(one["term"]["id"] for one in usable)}
        return answer, disputed.union(*(one["hanging"] for one in usable))
    timed = [one for one in held if one["timed"]]
    own = lambda one: one["hanging"] | ({one["term"]["question"]} if "question" in one["term"] else set())
    plain = [one for one in usable if not one["timed"]]
    if not timed:
        if end != NEVER:
            return {"none": True}, set()
        perhaps = [one for one in usable if one["timed"]]
        disputed = disputed.union(own(held[0]), *(one["hanging"] for one in perhaps))
        return {"without_delay": True, "perhaps": sorted(one["term"]["id"] for one in perhaps)}, disputed
    beside = {"at_once": sorted(one["term"]["id"] for one in plain)}
    disputed = disputed.union(*(own(one) if one["sure"] else one["hanging"] for one in plain))
    known = [facts[name] for name in names if facts.get(name, NEVER) != NEVER]
    if not known or ("latest_of" in start and len(known) < len(names)):
        ahead = [facts.get(name) == NEVER for name in names]
        if end != NEVER and (any(ahead) if "latest_of" in start else all(ahead)):
            return {"none": True}, set()
        return {"waits_for": sorted(name for name in names if name not in facts or facts[name] == NEVER), **beside}, disputed
    ranges = [instants(value) for value in known]
    pick = max if "latest_of" in start else min
    begins = pick(first for first, _ in ranges), pick(last for _, last in ranges)
    def falls(one, begin):
        rule = rules[one["term"]["counting"]]
        calendar = calendars.get(rule.get("calendar"), {"weekend": [], "holidays": []})
        return min(deadline(begin, one["term"]["within"], rule, zone, calendar) for zone in zones_of(duty, facts))
    soonest = min(timed, key=lambda one: (falls(one, begins[0]), one["sure"] is not True, one["term"]["id"]))
    moments = [min(falls(one, begin) for one in timed) for begin in begins]
    sooner = [one for one in usable if one["applies"] is None and one["timed"] and falls(one, begins[0]) < moments[0]]
    if end != NEVER:
        ends = instants(end)
        could_move = [name for name in names if name not in facts] if "earliest_of" in start else []
        if moments[-1] >= ends[0]:
            before = [one for one in sooner if falls(one, begins[0]) < ends[-1]]
            if moments[0] >= ends[-1] and not before and not could_move:
                return {"none": True}, set()
            unsure = set(could_move).union(*(one["why"] for one in sooner))
            unsure |= {stage["repeats_until"]} if ends[0] != ends[-1] else set()
            unsure |= set(names) if begins[0] != begins[-1] else set()
            return {"undetermined": sorted(unsure), "perhaps": sorted(one["term"]["id"] for one in [*sooner, soonest])}, disputed
    answer = {"due": moments, "deadline": soonest["term"]["id"], **beside}
    answer["sooner_if"] = sorted(one["term"]["id"] for one in sooner)
    sure = [falls(one, begins[0]) for one in timed if one["sure"] is True]
    answer["otherwise"] = stamp(min(sure)) if sure and soonest["hanging"] else None
    return answer, disputed.union(own(soonest), *(one["hanging"] for one in sooner))


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
                _, value, missing, hanging = weigh(pack, rule.get("when"), facts, types)
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
                    answer["disputed"] |= hanging
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


WAYS = ("none", "undetermined", "waits_for", "without_delay")


def sorted_if_list(value):
    return sorted(value) if isinstance(value, list) else value


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
            for word in ("deadline", "otherwise"):
                if word in wanted and wanted[word] != has.get(word):
                    yield f"{name}: {word} is {has.get(word)}"
        elif any(sorted_if_list(wanted[word]) != has.get(word) for word in WAYS if word in wanted):
            yield f"{name} is {has}"
        for word in ("sooner_if", "at_once", "perhaps"):
            if has is not None and word in wanted and sorted(wanted[word]) != has.get(word):
                yield f"{name}: {word} is {has.get(word)}"


def steps_of(vignette):
    """The moments of a vignette, each with an id of its own if there are several."""
    if "steps" not in vignette:
        return [vignette]
    return [{**step, "id": f'{vignette["id"]}#{number + 1}'} for number, step in enumerate(vignette["steps"])]


def main():
    types = {fact["id"]: fact["type"] for fact in json.loads((ROOT / "facts.json").read_text())["facts"]}
    packs = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "packs").glob("*.json"))}
    tell = sys.argv[2] if len(sys.argv) > 2 and sys.argv[1] == "--tell" else None
    told, wrong, checked = 0, 0, 0
    cases = [(name, step, name + "/") for name, pack in packs.items() for vignette in pack["vignettes"] for step in steps_of(vignette)]
    for path in sorted((ROOT / "scenarios").glob("*.json")):
        cases.extend((f"scenarios/{path.stem}", step, "") for step in steps_of(json.loads(path.read_text())))
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
