"""Words that tell a line of a résumé's top from a name: trades, headings, organisations.

A name is recognised by its form and place; these lists only say what is certainly something else.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources


@cache
def listed(kind: str) -> frozenset[str]:
    """The words of one kind, in lower case.

    Kinds: trades, surnames_too, title_words, headings, ambiguous, surnames_zh.
    """
    table = resources.files("reading").joinpath("data/name_words.tsv").read_text(encoding="utf-8")
    return frozenset(
        word
        for line in table.splitlines()
        if line.startswith(kind + "\t")
        for word in line.split("\t")[1].split()
    )


_SMALL = "and of in with for the to at on a an by from or as is are my our we i you your this that"
SENTENCE_WORDS = frozenset(_SMALL.split())  # no name has one
_MONTHS = "january february march april may june july august september october november december"
MONTHS = frozenset(_MONTHS.split())
_COMPOUNDS = (
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 公孫 慕容 令狐 长孙 長孫 宇文 "
    "司徒 "
    "司空 夏侯 轩辕 端木 独孤 南宫 西门 百里 呼延 闻人 申屠 太史 淳于 澹台 钟离 鲜于 赫连 完颜 纳兰"
)
COMPOUND_SURNAMES_ZH = frozenset(_COMPOUNDS.split())
ORGANISATIONS = re.compile(
    r"(?:\s*(?:&|and)\s+(?:Sons?|Daughters?|Co\b|Partners|Associates|Company|Brothers|Bros"
    r"|[A-Z][\w'’]+,?\s+(?:Ltd|LLC|LLP|Inc|PLC|plc))"
    r"|(?:['’]s)?(?:\s+[A-Z][\w&.'’-]*){0,3},?\s+(?:Ltd|Limited|Inc|LLC|LLP|PLC|plc|GmbH|AG"
    r"|S\.?A|Corp|Corporation|Co|Company"
    r"|Group|Holdings?|Bank|Banking|University|College|School|Academy|Institute|Hospital|Clinic"
    r"|Infirmary|Hospice"
    r"|Logistics|Consulting|Consultancy|Partners|Associates|Solutions|Systems|Technologies"
    r"|Technology|Industries"
    r"|Motors|Foods|Foundation|Trust|Council|County|City|Airlines|Airways|Hotels?|Resorts?"
    r"|Restaurant|Bakery|Stores?"
    r"|Pharmacy|Pharmaceuticals|Insurance|Capital|Media|Press|Publishing|Studios?|Labs?"
    r"|Laboratories|Energy"
    r"|Construction|Engineering|Electric|Railway|Shipping|Haulage|Farms?|Nurser(?:y|ies)|Brewery"
    r"|Winery|Vineyards?"
    r"|Street|Road|Avenue|Island|Islands|Valley|River|Park|Square|Castle|House|Centre|Center"
    r"|Airport|Station"
    r"|Award|Prize|Scholarship|Fellowship|Medal|Method|Syndrome|Disease|Test|Scale|Theorem|Act"
    r"|Law|Index)\b)"
)
TRADE_ENDINGS_ZH = re.compile(
    r"(?:经理|經理|工程师|工程師|师|師|员|員|会计|會計|主管|总监|總監|助理|顾问|顧問|专家|專家"
    r"|医生|醫生|护士|護士|护士长|师傅|師傅"
    r"|教师|老师|教练|司机|司機|文员|店长|厨师|主任|院长|校长|组长|班长|队长|编辑|翻译|销售|客服"
    r"|出纳|学生|实习生|工|专员"
    r"|运营|开发|设计|策划|人事|行政|采购|财务|物流|总裁|秘书|保安|保洁|学徒|代表|主播|导游|律师"
    r"|记者|管理|分析|架构)$"
)
HEADINGS_ZH = re.compile(
    r"(?:个人|個人|基本|求职|自我|工作|教育|项目|專業|专业|联系|聯絡|技能|简历|簡歷|履历|履歷"
    r"|信息|資料|资料|意向|经历|經歷"
    r"|经验|評價|评价|证书|荣誉|语言|语种|培训|校园|实习|在校|爱好|附件|目录|照片|头像|岗位|职位"
    r"|应聘|学历|本科|硕士|博士|大专|中专)"
)
