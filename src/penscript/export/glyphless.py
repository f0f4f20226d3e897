"""A font without any ink, for text that is found and copied but never seen.

Every character has a code of its own, given when it is first used, and a ToUnicode map says what it means, so one font
holds accents, Chinese and everything else (ISO 32000-1, 9.7 and 9.10.3). All are half as wide as the letters are high,
but for those that empty room belongs to: they are whole cells wider.
"""

import struct

import pikepdf
from pikepdf import Array, Dictionary, Name

NAME = "PenscriptText"
WIDTH = 0.5
"""Width of a cell, which a character takes, in heights."""
MOST = 60
"""Cells of room: TrueType counts no further than 32,767 units."""
Room = tuple[int, int]
_UNITS = 1000
_WIDE, _HIGH = 500, 380
_ASCENT, _DESCENT = 800, -200
_BLOCK = 100  # entries a block that a map of characters may have


class Glyphless:
    """The font of one PDF: gives out codes while text is written, and is put into the file at the end."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[tuple[str, Room], int] = {}
        self._glyphs: dict[Room, int] = {(0, 0): 1}
        self.reference = pdf.make_indirect(Dictionary(Type=Name.Font))

    @staticmethod
    def cells(room: float) -> int:
        """As many whole cells as room that is so many cells wide can be made of."""
        return min(MOST, round(room))

    def encoded(self, text: str, before: int = 0, after: int = 0) -> bytes:
        """The text for a string of a content stream: two bytes a character, in hexadecimal.

        before, after: cells of room that belong to the first and to the last character.
        """
        rooms = [[0, 0] for _ in text]
        rooms[0][0], rooms[-1][1] = before, after
        return b"".join(b"%04X" % self._code(letter, (one[0], one[1])) for letter, one in zip(text, rooms, strict=True))

    def _code(self, letter: str, room: Room) -> int:
        self._glyphs.setdefault(room, len(self._glyphs) + 1)
        return self._codes.setdefault((letter, room), len(self._codes) + 1)

    def finish(self) -> None:
        """Put the font into the file."""
        pdf, file = self._pdf, _true_type(list(self._glyphs))
        outlines = pdf.make_stream(file)
        outlines.Length1 = len(file)
        descriptor = Dictionary(
            Type=Name.FontDescriptor,
            FontName=Name("/" + NAME),
            Flags=5,  # as wide as each other, and symbols
            FontBBox=Array([0, _DESCENT, _WIDE, _ASCENT]),
            ItalicAngle=0,
            Ascent=_ASCENT,
            Descent=_DESCENT,
            CapHeight=_ASCENT,
            StemV=80,
            FontFile2=outlines,
        )
        glyphs = (0, *(self._glyphs[room] for _, room in self._codes))
        characters = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + NAME),
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=pdf.make_indirect(descriptor),
            CIDToGIDMap=pdf.make_stream(struct.pack(f">{len(glyphs)}H", *glyphs)),
            DW=_WIDE,
            W=self._widths(),
        )
        entries = {
            "Subtype": Name.Type0,
            "BaseFont": Name("/" + NAME),
            "Encoding": Name("/Identity-H"),
            "DescendantFonts": Array([pdf.make_indirect(characters)]),
            "ToUnicode": pdf.make_stream(self._to_unicode()),
        }
        for key, value in entries.items():
            self.reference[f"/{key}"] = value

    def _widths(self) -> Array:
        """The codes that are wider than a cell, each with its width."""
        wide = [(code, _width(room)) for (_, room), code in self._codes.items() if any(room)]
        return Array([part for code, width in wide for part in (code, Array([width]))])

    def _to_unicode(self) -> bytes:
        codes = self._codes.items()
        pairs = [(code, letter.encode("utf-16-be", "replace").hex().upper()) for (letter, _), code in codes]
        blocks = [pairs[start : start + _BLOCK] for start in range(0, len(pairs), _BLOCK)]
        told = "".join(
            f"{len(block)} beginbfchar\n" + "".join(f"<{code:04X}> <{text}>\n" for code, text in block) + "endbfchar\n"
            for block in blocks
        )
        return (_MAP_HEAD + told + _MAP_TAIL).encode("ascii")


_MAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
"""
_MAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _width(room: Room) -> int:
    return _WIDE * (1 + sum(room))


def _true_type(rooms: list[Room]) -> bytes:
    """The smallest TrueType file that a PDF may hold: a glyph for each room, and one for what is missing.

    Each is a stroke without area from corner to corner of its own cell. Where a glyph had no extent at all, PDFium
    would drop words of one letter and run lines together.
    """
    every = [(0, 0), *rooms]
    strokes = [_stroke(before * _WIDE) for before, _ in every]
    widest, count = max(map(_width, every)), len(every)
    box = (0, 0, max(before + 1 for before, _ in every) * _WIDE, _HIGH)
    head = struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _UNITS, 0, 0, *box, 0, 8, 2, 0, 0)
    hhea = struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, _ASCENT, _DESCENT, 0, widest, *[0] * 11, count)
    maxp = struct.pack(">IHHHHHHHHHHHHHH", 0x10000, count, 2, 1, 0, 0, 2, *[0] * 8)
    hmtx = b"".join(struct.pack(">Hh", _width(one), one[0] * _WIDE) for one in every)
    places = [len(strokes[0]) // 2 * index for index in range(count + 1)]
    loca = struct.pack(f">{count + 1}H", *places)
    told = {b"glyf": b"".join(strokes), b"head": head, b"hhea": hhea, b"hmtx": hmtx, b"loca": loca, b"maxp": maxp}
    return _packed(told)


def _stroke(left: int) -> bytes:
    """A glyph in the cell that begins at `left`."""
    right = left + _WIDE
    stroke = struct.pack(">hhhhhHHBBhhhh", 1, left, 0, right, _HIGH, 1, 0, 1, 1, left, _WIDE, 0, _HIGH)
    return stroke + b"\0" * (-len(stroke) % 4)


def _packed(tables: dict[bytes, bytes]) -> bytes:
    """Tables as a TrueType file, in the order of their names."""
    place, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, place + len(body), len(data))
        body += padded
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32) + directory + body
