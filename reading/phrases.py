"""The content words of a sentence, in a form in which two sentences can be compared.

English words are stemmed (Porter's Snowball English stemmer, 2001); Chinese is cut by rjieba.
Only words that carry content count: no function words, no recruiting boilerplate.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#&]*(?:[.'’][A-Za-z0-9+#]+)*|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")

_FUNCTION_WORDS = frozenset(
    """
    a about above across after all also although always am among an and any are around as at be because
    been before being below between both but by can could did do does doing done during each either etc
    every few for from further had has have having he her here hers him his how i if in into is it its
    itself just like made make makes may me might more most much must my near no nor not of off often on
    once one only onto or other others otherwise our out over own per quite rather same shall she should
    since so some such than that the their them then there these they this those through to together too
    toward towards under until up upon us use used uses using various very via was we well were what
    when where whether which while who whom whose will with within without would yet you your
    """.split()
)

_BOILERPLATE = frozenset(
    """
    ability able advantage ample appropriate asset aptitude background based basic beneficial benefit
    bonus bring candidate candidates capability capable clear confident day deep deeply demonstrable
    demonstrate demonstrated desirable desired ensure ensuring equivalent essential etc excellent
    exceptional experience experienced experiences expert expertise exposure extensive familiar
    familiarity field fluent good great hands-on hand hands ideal ideally including include includes
    job key know knowledge least looking mandatory minimum month months necessary needed nice
    optional outstanding passion passionate plus practical preferable preferably preferred
    professional proficiency proficient proven qualification qualifications qualified
    ready related relevant required requirement requirements requires role similar skill
    skilled skills solid someone sound strong strongly thorough track record understand understanding
    willing willingness work worked working year years yrs position industry environment
    equivalents optimally degree
    """.split()
)

_HAN_STOP = frozenset(
    """
    的 了 和 与 及 或 在 是 有 等 对 能 能够 具有 具备 熟悉 熟练 精通 掌握 了解 熟练掌握 熟练使用 使用 善于
    良好 较强 较好 丰富 优秀 一定 相关 以上 以下 经验 经历 工作 能力 优先 优先考虑 考虑 者 需 需要 必须 要求 任职
    岗位 职位 至少 一种 一门 其中 之一 进行 以及 并 并且 或者 可以 可 会 懂 不限 专业 学历 毕业 及其 各种 各类
    各 我们 公司 你 您 人员 常用 主流 基本 深入 理解 拥有 从事 年 月 加分 项 加分项 者优先 为 以 于 中 上 下 个 类
    不 也 更 佳 尤佳 非常 很 较 至 到 从 由 被 把 将 其 该 本 此 这 那 都 就 还 完成 负责 参与 协助 配合 根据 按照
    相应 背景 意识 责任 方面 过程 情况 其他 以内 左右 知识 技能 水平 强 好 多 高 优 扎实 独立 实际 左右 岁 男女不限
    """.split()
)

_FIRST_STEMS_KEPT = 50_000


@lru_cache(maxsize=1)
def _stemmer() -> object:
    import Stemmer

    return Stemmer.Stemmer("english")


@lru_cache(maxsize=_FIRST_STEMS_KEPT)
def stem(word: str) -> str:
    """The base form of one English word in lower case."""
    bare = word.lower().replace("’", "'").removesuffix("'s")
    return str(_stemmer().stemWord(bare))  # type: ignore[attr-defined]


@lru_cache(maxsize=_FIRST_STEMS_KEPT)
def _content_stem(word: str) -> str | None:
    lower = word.lower()
    if lower in _FUNCTION_WORDS or lower in _BOILERPLATE or lower.isdigit() or len(lower) < 2:
        return None
    return stem(lower)


def is_han(text: str) -> bool:
    """Whether the text has Chinese characters."""
    return _HAN.search(text) is not None


def _cut(run: str) -> list[str]:
    import rjieba

    return list(rjieba.cut(run))


def content_terms(text: str) -> tuple[str, ...]:
    """The distinct content words in reading order, stemmed or cut."""
    terms: dict[str, None] = {}
    for match in _WORD.finditer(text):
        run = match.group()
        if _HAN.match(run):
            for word in _cut(run):
                if len(word) > 1 and word not in _HAN_STOP:
                    terms.setdefault(word)
        elif (term := _content_stem(run)) is not None:
            terms.setdefault(term)
    return tuple(terms)


def stems(text: str) -> frozenset[str]:
    """The stem of every Latin word, function words included: what a term is looked up in."""
    return frozenset(stem(m.group()) for m in _WORD.finditer(text) if not _HAN.match(m.group()))


def names(term: str, words: frozenset[str], text: str) -> bool:
    """Whether a sentence names a term: all its stems among `words`, Chinese anywhere in `text`.

    A term may be several words ("project manag"): all of them have to be there. Chinese is looked
    up as characters, because two sentences need not be cut at the same places.
    """
    return all(part in text if _HAN.match(part) else part in words for part in term.split())
