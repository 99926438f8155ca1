"""Plain text: bytes in whatever encoding people send."""

from __future__ import annotations

import codecs

from catalog.errors import Unreadable
from indexer.documents.characters import tidy
from indexer.documents.extraction import Extraction
from indexer.documents.limits import Limits, check_characters
from indexer.documents.sniff import PLAIN, utf16_without_mark

READER = "plain/1"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What charset-normalizer may choose among, once the text is known not to be Chinese.
_WESTERN = ["cp1252", "cp1250", "mac_roman"]
_WESTERN_EUROPE = frozenset(
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœ"
    + "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ"
    + "‘’‚“”„–—•…€£§©®™°·«»´¡¿ªº½\u00a0\u00ad"
)
_DETECTION_BYTES = 20_000
# The commonest characters of Chinese text and of résumés, simplified and traditional. Wrongly
# decoded bytes give rare characters instead, even where they are valid.
_COMMON = frozenset(
    "的一是在不了有和人这这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种"
    "面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去"
    "把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但"
    "质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题程展五果料象员革位入常文总次品式活"
    "司职负责技能熟悉项目管教育历客户销售市场设计开发团队培训专硕博士科毕姓名邮箱话址软件据库维护测试财务会计"
    "這為個國來時們說產種經過後動發對學會電實現體機當點從業應開還間樣與關線數結問題員總無質氣條解軍變"
    "職責項軟據庫維護測試財務計專碩團隊訓發設場銷"
)
_CHINESE_SHARE = 0.25


def read_plain(data: bytes, limits: Limits) -> Extraction:
    """The text of the bytes; a stray undecodable byte becomes U+FFFD."""
    text = tidy(decode(data))
    check_characters(len(text), limits)
    return Extraction(text=text, media_type=PLAIN, reader=READER)


def decode(data: bytes, declared: str | None = None) -> str:
    """Text of the bytes: byte order mark, UTF-8, UTF-16, the declared charset, detection, in turn.

    Raises Unreadable("binary") when the result is mostly not characters.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    encoding = utf16_without_mark(data[:4096]) or _known(declared) or _detect(data)
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > max(2, len(text) // 10):
        raise Unreadable("binary", "The file is neither a known document nor text.")
    return text


def _known(declared: str | None) -> str | None:
    """The declared charset where it exists; GB2312 and GBK are read as their superset."""
    if not declared:
        return None
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    if name in ("gb2312", "gbk", "hz"):
        return "gb18030"
    # Not every codec of Python decodes bytes to text ("zip", "rot13", "idna").
    return name if _decodes_text(name) else None


def _decodes_text(name: str) -> bool:
    try:
        return isinstance(b"a".decode(name), str)
    except Exception:
        return False


def _detect(data: bytes) -> str:
    sample = data[:_DETECTION_BYTES]
    beyond_ascii = sum(byte >= 0x80 for byte in sample)
    if sample.decode("utf-8", "replace").count("\ufffd") <= 1 + beyond_ascii // 20:
        return "utf-8"  # with a flaw, or cut in the middle of a character
    share, encoding = max((_chinese_share(sample, name), name) for name in ("big5", "gb18030"))
    if share >= _CHINESE_SHARE:
        return encoding
    western = sample.decode("cp1252", "replace")
    if all(c <= "\x7f" or c in _WESTERN_EUROPE for c in western):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=_WESTERN, enable_fallback=False).best()
    return best.encoding if best is not None else "cp1252"


def _chinese_share(sample: bytes, encoding: str) -> float:
    """How much of what is not ASCII reads as common Chinese characters in this encoding."""
    beyond_ascii = [c for c in sample.decode(encoding, "replace") if c > "\x7f"]
    return sum(c in _COMMON for c in beyond_ascii) / max(1, len(beyond_ascii))
