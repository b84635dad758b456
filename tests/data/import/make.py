"""Makes the table files of this folder: one catalogue in four formats, and tables as offices really send them.

Run it here with openpyxl and xlwt installed. The files are checked in; nothing at test time needs Python.
"""

import csv
import datetime
import io
import os

import openpyxl
import xlwt

FIXED = datetime.datetime(2026, 1, 1)

TITLE = "云川市养老服务领域基层政务公开标准目录"
CHANNELS = ("■政府网站   □政府公报\n□两微一端   □发布会/听证会\n□广播电视   □纸质媒体\n■公开查阅点 ■行政服务中心\n"
            "□便民服务站 □入户/现场\n■社区/企事业单位/村公示栏（电子屏）\n□精准推送   □其他")
HEAD1 = ["序号", "公开事项", "", "公开内容\n（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体",
         "公开对象", "", "公开方式", "", "公开层级", ""]
HEAD2 = ["", "一级事项", "二级事项", "", "", "", "", "", "全社会", "特定群众", "主动", "依申请公开", "县级", "乡、村级"]
LAW = "《中华人民共和国政府信息公开条例》、《国务院关于加快发展养老服务业的若干意见》（国发〔2013〕35号）"
ROWS = [
    [1, "养老服务通用政策", "国家和地方层面养老服务相关法律、法规、政策文件", "1.文件名称\n2.文号\n3.发文部门", LAW,
     "制定或获取文件之日起20个工作日内", "云川市民政局", CHANNELS, "√", "", "√", "", "√", ""],
    [2, "", "养老服务扶持政策措施清单", "扶持政策措施名称；扶持对象", "同上", "同上", "同上", "同上", "√", "", "√", "", "√", "√"],
    [3, "养老服务业务办理", "老年人补贴申领和发放", "补贴名称，“高龄津贴”等", "同上", "每季度的首个月20日", "云川市民政局\n青禾镇",
     "■政府网站 ■其他：12345热线", "", "老年人", "", "√", "√", "√"],
]
MERGES = [(1, 1, 1, 14), (2, 1, 3, 1), (2, 2, 2, 3), (2, 4, 3, 4), (2, 5, 3, 5), (2, 6, 3, 6), (2, 7, 3, 7), (2, 8, 3, 8),
          (2, 9, 2, 10), (2, 11, 2, 12), (2, 13, 2, 14), (4, 2, 5, 2)]


def catalogue(name, rows=ROWS, head1=HEAD1, head2=HEAD2, merges=MERGES):
    grid = [[TITLE] + [""] * (len(head1) - 1), head1, head2] + rows
    save_xlsx(name, "目录", grid, merges)
    save_xls(name, "目录", grid, merges)
    # Excel saves a merged region as its first cell, so the text files repeat what stood in it.
    flat = [list(row) for row in grid]
    for top, left, bottom, right in merges[1:]:
        for row in range(top - 1, bottom):
            for column in range(left - 1, right):
                flat[row][column] = grid[top - 1][left - 1]
    save_csv(name, flat)


def save_xlsx(name, sheet, grid, merges=(), extra=None):
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = FIXED
    page = book.active
    page.title = sheet
    for r, row in enumerate(grid, 1):
        for c, value in enumerate(row, 1):
            if value != "":
                cell = page.cell(r, c, value)
                if isinstance(value, datetime.date):
                    cell.number_format = "yyyy/m/d"
    for top, left, bottom, right in merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    if extra:
        extra(book)
    book.save(f"{name}.xlsx")


def save_xls(name, sheet, grid, merges=(), extra=None):
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet, cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="yyyy/m/d")
    merged = {(top, left): (bottom, right) for top, left, bottom, right in merges}
    for r, row in enumerate(grid, 1):
        for c, value in enumerate(row, 1):
            if (r, c) in merged:
                bottom, right = merged[(r, c)]
                page.write_merge(r - 1, bottom - 1, c - 1, right - 1, value)
            elif isinstance(value, datetime.date):
                page.write(r - 1, c - 1, value, day)
            elif value != "":
                page.write(r - 1, c - 1, value)
    if extra:
        extra(book)
    book.save(f"{name}.xls")


def save_csv(name, grid):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(grid)
    with open(f"{name}.gb18030", "wb") as file:
        file.write(text.getvalue().encode("gb18030"))
    with open(f"{name}-bom.csv", "wb") as file:
        file.write(b"\xef\xbb\xbf" + text.getvalue().encode("utf-8"))


def plain():
    """An ordinary table: days as numbers, money, flags, phones, codes, percentages."""
    day = datetime.date(2026, 3, 1)
    head = ["编号", "日期", "金额（元）", "是否公开", "电话", "人数", "备注"]
    rows = [["0012", day, 1234.5, "是", "0600-5550111", 12, "首笔"], ["0013", day, 0.1 + 0.2, "否", "12345", 3, "同上"]]
    save_xlsx("plain", "收支", [head] + rows)
    save_xls("plain", "收支", [head] + rows)
    shown = [["0012", "2026/3/1", "1,234.50", "是", "（0600）5550111", "12", "首笔"],
             ["0013", "2026年3月1日", "0.30", "否", "12345", "3", "同上"]]
    save_csv("plain", [head] + shown)


def formulas():
    """Formulas with and without results, errors, and a number of 18 digits that Excel has cut."""
    grid = [["编号", "日期", "金额（元）", "是否公开", "电话", "人数", "备注"],
            ["1", "2026-03-01", "=1+1", "是", "12345", 1, "公式没有结果"],
            ["2", "2026-03-01", 5, "是", "12345", 1, "好的一行"],
            [410123199001011234, "2026-03-01", 5, "是", "12345", 1, "身份证号存成了数字"]]

    def error(book):
        cell = book.active.cell(6, 3, "#REF!")
        cell.data_type = "e"
        for column, value in ((1, "4"), (2, "2026-03-01"), (4, "是"), (5, "12345"), (6, 1), (7, "公式出错")):
            book.active.cell(6, column, value)

    save_xlsx("formulas", "表", grid, extra=error)


def sheets():
    """The table is on the third sheet; the first is a note, the second hidden."""
    def more(book):
        hidden = book.create_sheet("旧目录")
        hidden.sheet_state = "hidden"
        page = book.create_sheet("公开目录")
        grid = [HEAD1, HEAD2] + ROWS[:1]
        for r, row in enumerate(grid, 1):
            for c, value in enumerate(row, 1):
                if value != "":
                    page.cell(r, c, value)
                    if r < 3:
                        hidden.cell(r, c, value)

    save_xlsx("sheets", "说明", [["本表由市政务公开办填写"]], extra=more)


def damaged_ticks():
    """Rows as they come from scanned tables and lost fonts; a heading repeated by the printer; a note at the end."""
    rows = [ROWS[0],
            [2, "养老服务通用政策", "扶持政策", "名称", "同上", "同上", "同上", "n政府网站 o政府公报", "t", "", "t", "", "√", ""],
            [3, "养老服务通用政策", "扶持政策", "名称", LAW, "及时", "云川市民政局", "■政府网站 口政府公报", "√", "", "√", "", "√", ""],
            [4, "养老服务通用政策", "", "名称", LAW, "及时", "云川市民政局", "■政府网站", "√", "√", "√", "√", "", ""],
            [head or parent for head, parent in zip(HEAD2, HEAD1)],
            ["注：本目录由云川市民政局负责解释。"] + [""] * 13]
    merges = MERGES[:-1] + [(9, 1, 9, 14)]
    grid = [[TITLE] + [""] * 13, HEAD1, HEAD2] + rows
    save_xlsx("scanned", "目录", grid, merges)


def dongyang():
    """Three levels, kinds of form, and 五公开 with boxes."""
    head1 = HEAD1[:12] + ["公开层级", "", "", "公开形式", "五公开"]
    head2 = HEAD2[:12] + ["市", "镇街", "村", "", ""]
    rows = [ROWS[0][:12] + ["√", "√", "", "■文本 □图表", "□决策 ■执行 □管理 ■服务 □结果"]]
    merges = [(1, 1, 2, 1), (1, 2, 1, 3), (1, 9, 1, 10), (1, 11, 1, 12), (1, 13, 1, 15), (1, 16, 2, 16), (1, 17, 2, 17)]
    save_xls("dongyang", "目录", [head1, head2] + rows, merges)


def wide():
    """A used cell in the last row and a heading formatted over a million rows."""
    def far(book):
        book.active.cell(1_048_576, 7, "尾")
        book.active.cell(900_000, 3, " ")

    grid = [["编号", "日期", "金额（元）", "是否公开", "电话", "人数", "备注"], ["1", "2026-03-01", 5, "是", "12345", 1, "好的一行"]]
    save_xlsx("far", "表", grid, extra=far)


GUIDE_HEAD = ["标题", "发布者", "发布日期", "来源", "主题分类", "原文地址", "区域", "实施编码", "基本编码", "业务办理项编码",
              "类别", "子项名称", "设定依据", "行使层级", "权力来源", "行使主体", "实施主体性质", "委托部门", "联办机构", "办件类型",
              "承诺办结时限", "法定办结时限", "到办事现场次数", "必须现场办理原因", "服务对象", "通办范围", "行使内容", "实施对象",
              "受理条件", "审批模式", "办理材料", "办理形式", "办理流程", "办理时间", "办理地点", "办理窗口", "结果名称", "结果样本",
              "结果类型", "结果领取方式", "是否支持物流快递", "是否支持网上支付", "是否网办", "网办深度", "是否支持预约", "是否收费",
              "收费标准及依据", "收费依据", "中介服务", "特殊环节", "数量限制", "法律救济", "是否进驻政务大厅", "常见问题",
              "咨询方式", "监督方式"]


def guide():
    full = ["老年人优待证办理", "云川市民政局", datetime.date(2026, 3, 2), "本单位", "社会保障", "https://www.yunchuan.example.gov.cn/bszn/1",
            "云川市", "11440100007482575H3440118009000", "440118009000", "11440100007482575H344011800900001",
            "公共服务", "无", "1.《中华人民共和国老年人权益保障法》（主席令第24号）第五十二条：社会优待\n2.云川市老年人优待办法", "乡级", "法定本级行使",
            "云川市民政局", "法定机关", "", "", "即办件", "当场办结", "5个工作日", "1次", "需要当面核对\"身份\"", "自然人", "全市任一乡镇",
            "办理优待证", "老年人", "1.年满60周岁；\n2.户籍在云川市", "网上受理、窗口核验", "1.居民身份证（原件1份，复印件1份，必要）\n2.近期一寸照片1张（申请人自备）\n"
            "3.委托书", "窗口办理、网上办理", "申请→受理→发证", "工作日 8:30-17:30", "云川市政务服务中心一楼3号窗口", "3号", "老年人优待证", "",
            "证照", "窗口领取、邮寄送达", "是", "否", "是", "三级", "是", "否", "", "", "无", "无", "无", "行政复议：云川市人民政府",
            "是", "问：多久能拿到？\n答：当场。", "咨询电话：0600-5550111（工作日）", "12345；现场投诉：云川市政务服务中心"]
    bare = ["犬只登记"] + [""] * 14 + ["云川市公安局"] + [""] * 40
    nobody = ["没有主体的事项"] + [""] * 55
    save_xlsx("items", "事项", [GUIDE_HEAD + ["备注"], full + ["试行一年"], bare + [""], nobody + [""]])


catalogue("catalogue")
plain()
formulas()
sheets()
damaged_ticks()
dongyang()
wide()
guide()


def filled():
    """The template of the catalogue, made by `kiosk-pack template` and saved as template.xlsx beside this, filled in."""
    book = openpyxl.load_workbook("template.xlsx")
    page = book.worksheets[0]
    columns = {}
    for cell in list(page[1]) + list(page[2]):
        if cell.value:
            columns[cell.value.rstrip("*")] = cell.column
    row = {"序号": 1, "一级事项": "养老服务通用政策", "二级事项": "扶持政策", "公开内容（要素）": "文件名称", "公开依据": LAW,
           "公开时限": "20个工作日内", "公开主体": "云川市民政局", "公开渠道和载体": "■政府网站 □政府公报 ■公开查阅点",
           "全社会": "√", "主动": "√", "县级": "√", "乡级": "√"}
    for number, title in ((3, "扶持政策"), (4, "补贴政策")):
        for heading, value in row.items():
            page.cell(number, columns[heading], title if heading == "二级事项" else value)
    book.save("filled.xlsx")


if os.path.exists("template.xlsx"):
    filled()
