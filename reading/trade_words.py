"""Words that tell a line of a résumé's top from a name: trades, headings, organisations.

A name is recognised by its form and place; these lists only say what is certainly something else.
"""

from __future__ import annotations

import re

# The last (or only) word of a job title. Words that are also surnames are in SURNAMES_TOO.
TRADES = frozenset(
    """accountant accounting actor actress actuary administrator adjuster adviser advisor agent aide analyst
    anesthetist apprentice architect artist assembler assessor assistant associate astronomer attendant attorney
    auditor author banker bartender beautician bookkeeper broker buyer captain caregiver carer caretaker cashier
    chairman chairperson chairwoman chaplain chef chemist chief clerk cleaner clinician coach co-founder cofounder
    consultant contractor controller coordinator co-ordinator copywriter counselor counsellor courier craftsman
    curator dealer dentist deputy designer detective developer dietician dietitian director dispatcher doctor
    economist editor educator electrician employee engineer engraver entrepreneur estimator examiner executive
    expert fabricator facilitator fellow filmmaker fitter florist founder freelancer generalist geologist
    geophysicist grower guard guide hairdresser handyman head housekeeper hygienist illustrator inspector
    instructor intern interpreter investigator investor janitor jeweller journalist keeper labourer laborer lawyer
    lead leader lecturer librarian lifeguard linguist loader logistician machinist maker manager manufacturer
    marketer marketeer mathematician mechanic merchandiser merchant microbiologist midwife minister modeler
    musician nanny negotiator nurse nutritionist officer operative operator optician optometrist orderly organizer
    organiser owner painter paralegal paramedic partner pathologist pharmacist phlebotomist photographer physician
    physicist physiotherapist pilot planner plasterer plumber policeman practitioner president principal
    processor producer professional professor programmer psychiatrist psychologist publicist purchaser radiographer
    ranger receptionist recruiter rector registrar repairer reporter representative rep researcher retailer roofer
    sailor salesman salesperson saleswoman scheduler scientist scribe seamstress secretary seller sergeant
    server setter sister solicitor sonographer specialist staff statistician steward stewardess stocker strategist
    student stylist superintendent supervisor surgeon surveyor teacher technician technologist teller
    tester therapist toolmaker trader trainee trainer translator treasurer tutor underwriter undergraduate
    vet veterinarian vice-president videographer volunteer waiter waitress warden welder winemaker worker writer
    pm ceo cfo cto coo vp hr qa cna lpn mechanic roaster blender brewer luthier beekeeper tuner restorer
    arborist conservator falconer farrier glazier horologist lighterman mixologist oenologist perfumer projectionist
    rigger saddler sommelier taxidermist tiler upholsterer wheelwright joiner bricklayer thatcher stonemason""".split()
)
SURNAMES_TOO = frozenset(
    """abbot archer baker barber barker bishop butcher butler carpenter carter chandler clark coleman constable cook
    cooper dean draper drummer dyer farmer fisher fletcher forester forster foster fowler fuller gardener gardner
    glover goldsmith harper hunter judge king knight major marshal marshall mason mercer miller miner page parker
    parson piper pope porter potter priest prior proctor reeve rider sawyer shepherd sheriff singer skinner slater
    smith spicer squire steward stewart tailor tanner taylor thatcher turner tyler usher walker wainwright ward
    warner weaver webster wright driver engineer contractor merchant doctor painter""".split()
)
# What stands in front of a trade, or alone as a field of work, and never in a name.
TITLE_WORDS = frozenset(
    """senior junior chief assistant associate deputy executive trainee lead principal certified registered chartered
    licensed qualified experienced freelance graduate interim acting regional national global international area
    general human resources sales marketing software hardware data machine learning deep science computer mechanical
    electrical civil chemical financial finance account accounts business project product program programme quality
    customer service services health healthcare medical clinical nursing legal technical technology information
    management engineering development design graphic web mobile network security cloud devops operations operational
    supply chain logistics warehouse purchasing procurement manufacturing production maintenance construction building
    safety environmental education teaching training research laboratory social public media digital content creative
    video audio recording sound music fashion interior retail store shop restaurant hotel hospitality food kitchen
    pastry culinary sous line night store bench forklift truck delivery bus taxi administrative administration
    office front desk back end full stack embedded test system systems database application applications support
    help desk analytics analysis intelligence artificial blockchain game ux ui it team
    team-player years year experience skills professional head""".split()
)
# Small words of sentences: no name has one.
SENTENCE_WORDS = frozenset(
    "and of in with for the to at on a an by from or as is are my our we i you your this that".split()
)
HEADINGS = frozenset(
    """resume résumé cv curriculum vitae profile summary objective contact contacts details personal information
    about me experience work employment history education skills languages certifications certificates interests
    hobbies references projects publications awards achievements accomplishments highlights qualifications overview
    portfolio page biodata bio confidential career address phone email date birth declaration signature core
    competencies expertise training affiliations volunteering company name city state additional statement
    introduction background key strengths photo picture headshot application cover letter
    place yours signed regards""".split()
)
ORGANISATIONS = re.compile(
    r"(?:\s*(?:&|and)\s+(?:Sons?|Daughters?|Co\b|Partners|Associates|Company|Brothers|Bros|[A-Z][\w'’]+,?\s+(?:Ltd|LLC|LLP|Inc|PLC|plc))"
    r"|(?:['’]s)?(?:\s+[A-Z][\w&.'’-]*){0,3},?\s+(?:Ltd|Limited|Inc|LLC|LLP|PLC|plc|GmbH|AG|S\.?A|Corp|Corporation|Co|Company"
    r"|Group|Holdings?|Bank|Banking|University|College|School|Academy|Institute|Hospital|Clinic|Infirmary|Hospice"
    r"|Logistics|Consulting|Consultancy|Partners|Associates|Solutions|Systems|Technologies|Technology|Industries"
    r"|Motors|Foods|Foundation|Trust|Council|County|City|Airlines|Airways|Hotels?|Resorts?|Restaurant|Bakery|Stores?"
    r"|Pharmacy|Pharmaceuticals|Insurance|Capital|Media|Press|Publishing|Studios?|Labs?|Laboratories|Energy"
    r"|Construction|Engineering|Electric|Railway|Shipping|Haulage|Farms?|Nurser(?:y|ies)|Brewery|Winery|Vineyards?"
    r"|Street|Road|Avenue|Island|Islands|Valley|River|Park|Square|Castle|House|Centre|Center|Airport|Station"
    r"|Award|Prize|Scholarship|Fellowship|Medal|Method|Syndrome|Disease|Test|Scale|Theorem|Act|Law|Index)\b)"
)
TRADE_ENDINGS_ZH = re.compile(
    r"(?:经理|經理|工程师|工程師|师|師|员|員|会计|會計|主管|总监|總監|助理|顾问|顧問|专家|專家|医生|醫生|护士|護士|护士长|师傅|師傅"
    r"|教师|老师|教练|司机|司機|文员|店长|厨师|主任|院长|校长|组长|班长|队长|编辑|翻译|销售|客服|出纳|学生|实习生|工|专员"
    r"|运营|开发|设计|策划|人事|行政|采购|财务|物流|总裁|秘书|保安|保洁|学徒|代表|主播|导游|律师|记者|管理|分析|架构)$"
)
HEADINGS_ZH = re.compile(
    r"(?:个人|個人|基本|求职|自我|工作|教育|项目|專業|专业|联系|聯絡|技能|简历|簡歷|履历|履歷|信息|資料|资料|意向|经历|經歷"
    r"|经验|評價|评价|证书|荣誉|语言|语种|培训|校园|实习|在校|爱好|附件|目录|照片|头像|岗位|职位|应聘|学历|本科|硕士|博士|大专|中专)"
)
# Words that are given names or surnames as well: kept in a body where nothing says that a person is meant.
AMBIGUOUS = frozenset(
    """will may april june august mark grant bill chase jordan georgia penny grace sterling rose dean swift paris
    baker cook judge hope faith joy rich frank art ray dale glen drew chance chip cliff dawn eve gene guy hank
    harry heath herb holly iris ivy jack jasmine jean jewel lance lane lily max melody mercy miles olive opal pearl
    pat peg pierce poppy price reed rob robin rod ruby rusty sage sandy sky skip star stone sue summer sunny
    tad trinity trip tucker victor victoria violet wade young long white black brown green gray grey gold silver
    small little short strong love price power rich best wise sharp swift bright fair good noble case field banks
    brook brooks bush church court cross day english french german irish welsh scott holland ireland england
    flood forest fox frost garden gates hall hill house hunt lake law lord marsh mills moon moore north
    west east south park parks pool post rice rivers rock savage shore short snow song speed spring stern street
    summers sweet temple train waters wells wolf wood woods worth york bell bird bond book bridge bridges buck
    cash castle chambers coach cole couch crane crow cruz dash diamond duke earl early eagle ford france fields
    glass golden golf grove guard hammer hardy head herd high holiday honey hook horn key kitchen lamb land latin
    leaf light link lock main manual marks mars mint monday munch nail nice ocean ono oracle orange page paradise
    parish paste peace peach pen pike pink pitt pond pride prince quick rain raven read ridge ring roads round
    sales salt shark shell ship silk soul spark sparks steel storm study sugar sun tea thorn tide town trade
    tower valentine vale wall ware watch water weed wheat wind wine winter chelsea london florence austin dallas
    sydney madison carolina virginia charlotte savannah brooklyn lincoln jackson houston washington troy chester
    lancaster kent devon israel india china asia africa kenya cuba malta cairo milan vienna geneva siena verona
    santiago diego francisco rio lima lisbon orlando denver phoenix memphis berlin java julia pascal ada haskell
    scala crystal dart rust go perl django maven jenkins spark elm cypress sketch figma unity harness apollo
    tableau jira sap oracle cisco wells fargo morgan stanley goldman sachs deloitte ernst kroger wendy dell
    ross tiffany bentley lexus mercedes porsche harley davidson kelly manpower robert half""".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
# One character of a Chinese surname, and the usual two-character ones: a hint, never a condition.
SURNAMES_ZH = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任"
    "袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴"
    "谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解"
    "应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬"
    "全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴鬱胥能苍双闻莘"
    "党翟谭贡劳逄姬申扶堵冉宰郦雍郤璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都"
    "耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公"
    "肖闫代覃岳佟涂帅占仝战阳佘商牟佴伯苟初揭晋楚法汝鄢涂钦归海岳缑亢况有琴付揣逢冼原鹿敬官车迟兰楼"
    "趙錢孫馮陳衛蔣瀋韓楊許呂張嚴華謝鄒竇雲蘇魯韋馬鳳費賀湯滕羅畢鄔樂時傅齊顧黃蕭龐紀項賈婁顏鍾駱萬盧經應單諸鈕龔陸榮儲"
    "烏車寧欒厲劉葉龍黎譚貢勞酈邊農溫莊閻連習魚廣歐鞏聶豐關遊權蓋蘭"
)
COMPOUND_SURNAMES_ZH = (
    "欧阳 歐陽 司马 司馬 上官 诸葛 諸葛 东方 東方 皇甫 尉迟 公孙 公孫 慕容 令狐 长孙 長孫 宇文 司徒 司空 夏侯 轩辕 端木 独孤 南宫 "
    "西门 百里 呼延 闻人 申屠 太史 淳于 澹台 钟离 鲜于 赫连 完颜 纳兰"
).split()
