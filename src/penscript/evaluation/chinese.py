"""Lines of Chinese print, drawn from fonts and worn like photographs: there is no labelled collection to measure on.

Texts are put together from everyday words of notes and invoices, so that nothing is copied from anywhere.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
_TOLD = (
    "今天 明天 昨天 下午 上午 晚上 星期一 星期五 会议 记录 讨论 项目 计划 完成 开始 结束 时间 地点 公司 办公室 "
    "经理 老师 学生 朋友 家人 电话 号码 地址 邮件 联系 发票 收据 合同 付款 金额 合计 总计 单价 数量 税额 税率 "
    "日期 编号 客户 供应商 银行 账户 开户行 备注 名称 规格 单位 购买 销售 产品 服务 运费 折扣 现金 人民币 牛奶 "
    "面包 鸡蛋 苹果 香蕉 白菜 土豆 豆腐 猪肉 牛肉 大米 面条 茶叶 咖啡 水果 蔬菜 超市 北京 上海 广州 深圳 杭州 "
    "成都 南京 武汉 西安 重庆 天气 下雨 晴天 温度 火车 飞机 出租车 地铁 医院 药店 学校 图书馆 公园 餐厅 需要 "
    "准备 检查 修改 提交 通知 安排 重要 紧急 注意 问题 解决 方案 结果 报告 数据 分析 设计 开发 测试 生产 质量 "
    "管理 技术 市场 研究 教育 文化 历史 经济 社会 国家 城市 农村 环境 健康 生活 工作 学习 旅行 照片 音乐 电影 "
    "新闻 书籍 作业 考试 成绩 练习 语文 数学 英语 物理 化学 请 我们 他们 大家 已经 还没有 可以 不能 一定 非常 "
    "以及 或者 因为 所以 但是 如果 然后 最后 首先 关于 根据 按照 通过 进行 提供 使用"
)
WORDS = tuple(_TOLD.split())
MARKS = ("，", "。", "：", "、", "；", "！", "？", "")


def chinese_lines(fonts: Sequence[Path], count: int, seed: int = 0) -> Iterator[tuple[str, str, Pixels]]:
    """`count` lines: the font's name, the text, and the picture (RGB). The same seed gives the same lines."""
    for number in range(count):
        random = np.random.default_rng([seed, number])
        font = fonts[number % len(fonts)]
        text = _text(random)
        yield font.stem, text, _worn(_drawn(text, font, int(random.integers(20, 44))), random)


def _text(random: np.random.Generator) -> str:
    words = [str(random.choice(WORDS)) for _ in range(int(random.integers(1, 8)))]
    if random.random() < 0.35:
        words.insert(int(random.integers(0, len(words) + 1)), f"{random.integers(1, 9999)}")
    if random.random() < 0.2:
        words.append(f"{random.integers(1, 500)}.{random.integers(10, 99)}元")
    return "".join(word + (str(random.choice(MARKS)) if random.random() < 0.25 else "") for word in words)


def _drawn(text: str, font: Path, size: int) -> Pixels:
    letters = ImageFont.truetype(str(font), size)
    left, top, right, bottom = letters.getbbox(text)
    margin = size // 5
    picture = Image.new("RGB", (int(right - left) + 2 * margin, int(bottom - top) + 2 * margin), (255, 255, 255))
    ImageDraw.Draw(picture).text((margin - left, margin - top), text, (20, 20, 20), letters)
    return np.asarray(picture, np.uint8)


def _worn(line: Pixels, random: np.random.Generator) -> Pixels:
    """Smaller, softer, paler and noisier, from hardly to badly."""
    scale = random.uniform(0.3, 1.0)
    size = (max(8, round(line.shape[1] * scale)), max(8, round(line.shape[0] * scale)))
    page = cv2.resize(line, size, interpolation=cv2.INTER_AREA).astype(np.float64)
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), random.uniform(0.2, 1.4)), np.float64)
    paper, contrast = random.uniform(150, 255), random.uniform(0.15, 1.0)
    page = paper - (255 - page) * contrast * paper / 255 + random.normal(0, random.uniform(0, 14), page.shape)
    return np.asarray(np.clip(page, 0, 255), np.uint8)
