"""Reads the cases of checks: a base report, words replaced, and what must come of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases" / "checks"
BASES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.txt"))}
DEFAULT = "bureau_2022"

_CELL = re.compile(r"(?<=\t)[\d.]+(?=\t|\n)")


def load_cases() -> list[dict[str, Any]]:
    """All checks with their cases, file by file."""
    return [
        check
        for path in sorted(FOLDER.glob("*.toml"))
        for check in tomllib.loads(path.read_text(encoding="utf-8"))["check"]
    ]


def report_of(case: dict[str, Any]) -> str:
    """The text of a case's report.

    `edit` replaces words, all that are found; `cut` takes away from one stretch of words up to another, and
    `put` stands in its place; `zero` makes every cell nothing and takes the sentences with numbers away.
    """
    text = case["text"] if "text" in case else BASES[case.get("base", DEFAULT)]
    if case.get("zero"):
        text = _CELL.sub("0", text)
        text = text.replace("\n1\t0\t", "\n0\t0\t")
        text = text.replace("，更新链接三处", "").replace("每季度制作图解一期", "制作水价图解")
        text = re.sub(r"[^。\n]*\d+(?:条|件|人次|次)[^。\n]*。", "", text)
    if "cut" in case:
        first, last = case["cut"]
        start = text.index(first)
        end = text.index(last, start)
        text = text[:start] + case.get("put", "") + text[end:]
    for old, new in case.get("edit", ()):
        assert old in text, f"{old!r} is not in the report"
        text = text.replace(old, new)
    return text


OTHER = {
    "我局主动公开政府信息86条，其中门户网站公开51条、微信公众号推送35条。": "编印办事手册，发到各村便民服务点，共公布目录41项。",
    "全年收到政府信息公开申请12件，上年结转1件；予以公开6件，部分公开2件，结转下年度1件。": "申请由综合科统一登记，七个工作日内出具答复意见。",
    "因政府信息公开被申请行政复议1件，未发生行政诉讼。": "设专人对接法制机构。",
    "坚持先审查后公开，对拟发布的灌区供水信息逐条保密审查，动态调整公开目录。": "文件起草时即注明公开属性，废止文件当月下架。",
    "改版门户网站河湖专栏，公众号菜单按办事流程重排，更新链接三处。": "门户网站新设惠农补贴查询，公众号推送办事提醒。",
    "把公开工作列入科室年度考核，开展社会评议，未发生责任追究情形。举办业务培训2次，培训60人次。": "每半年向班子汇报一次，请人大代表评议一次。",
    "针对去年栏目更新慢的问题，已把更新时限写入岗位职责，各栏目均按月更新。": "去年提出的检索不便问题已由新版目录解决。",
    "一是政策解读以文字为主，图解较少。二是乡镇水利站上传信息不够及时。": "一是补贴名单公示期偏短。二是视频解读没有起步。",
    "一是每季度制作图解一期。二是把上传时限纳入水利站考核。": "一是公示期延长到十天。二是与融媒体中心合拍短片。",
}
"""What another agency writes in the place of the base report's sentences."""


def report_in_set(case: dict[str, Any]) -> str:
    """The text of one report of a set: of another year, agency or scope, with words of its own."""
    base = case.get("base", DEFAULT)
    text = BASES[base]
    if case.get("narrative") == "other":
        for old, new in OTHER.items():
            text = text.replace(old, new)
    text = report_of({"text": text, "edit": case.get("edit", ())})
    year = int(base[-4:])
    if "year" in case:
        text = text.replace(f"{year}年", f"{case['year']}年")
        text = text.replace(f"{year + 1}年1月16日", f"{case['year'] + 1}年1月16日")
    if "agency" in case:
        text = text.replace("云溪县水利局", case["agency"]).replace("青石镇人民政府", case["agency"])
    if case.get("aggregate"):
        text = text.replace("结合我局实际", "汇总各乡镇和部门情况")
    return text
