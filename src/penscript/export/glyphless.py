"""A font without any ink, for text that is found and copied but never seen.

Every character has a code of its own, given when it is first used, and a ToUnicode map says what it means, so one font
holds accents, Chinese and everything else (ISO 32000-1, 9.7 and 9.10.3). All are half as wide as the letters are high.
"""

import struct

import pikepdf
from pikepdf import Array, Dictionary, Name

NAME = "PenscriptText"
WIDTH = 0.5
"""Width of every character, in heights."""
_UNITS = 1000
_WIDE, _HIGH = 500, 380
_ASCENT, _DESCENT = 800, -200
_BLOCK = 100  # entries a block that a map of characters may have


class Glyphless:
    """The font of one PDF: gives out codes while text is written, and is put into the file at the end."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._codes: dict[str, int] = {}
        self.reference = pdf.make_indirect(Dictionary(Type=Name.Font))

    def encoded(self, text: str) -> bytes:
        """The text as a string of a content stream: two bytes a character, in hexadecimal."""
        codes = (self._codes.setdefault(letter, len(self._codes) + 1) for letter in text)
        return b"<%s>" % b"".join(b"%04X" % code for code in codes)

    def finish(self) -> None:
        """Put the font into the file."""
        pdf, outlines = self._pdf, self._pdf.make_stream(_true_type())
        outlines.Length1 = len(_true_type())
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
        characters = Dictionary(
            Type=Name.Font,
            Subtype=Name.CIDFontType2,
            BaseFont=Name("/" + NAME),
            CIDSystemInfo=Dictionary(
                Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0
            ),
            FontDescriptor=pdf.make_indirect(descriptor),
            CIDToGIDMap=pdf.make_stream(b"\x00\x01" * (len(self._codes) + 1)),
            DW=_WIDE,
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

    def _to_unicode(self) -> bytes:
        pairs = [(code, letter.encode("utf-16-be", "replace").hex().upper()) for letter, code in self._codes.items()]
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


def _true_type() -> bytes:
    """The smallest TrueType file that a PDF may hold: two glyphs, each a stroke without area from corner to corner.

    Where a glyph had no extent at all, PDFium would drop words of one letter and run lines together.
    """
    stroke = struct.pack(">hhhhhHHBBhhhh", 1, 0, 0, _WIDE, _HIGH, 1, 0, 1, 1, 0, _WIDE, 0, _HIGH)
    stroke += b"\0" * (-len(stroke) % 4)
    box = (0, 0, _WIDE, _HIGH)
    head = struct.pack(">IIIIHHQQhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, _UNITS, 0, 0, *box, 0, 8, 2, 0, 0)
    hhea = struct.pack(">IhhhHhhhhhhhhhhhH", 0x10000, _ASCENT, _DESCENT, 0, _WIDE, *[0] * 11, 2)
    maxp = struct.pack(">IHHHHHHHHHHHHHH", 0x10000, 2, 2, 1, 0, 0, 2, *[0] * 8)
    hmtx = struct.pack(">HhHh", _WIDE, 0, _WIDE, 0)
    loca = struct.pack(">HHH", 0, len(stroke) // 2, len(stroke))
    return _packed({b"glyf": stroke * 2, b"head": head, b"hhea": hhea, b"hmtx": hmtx, b"loca": loca, b"maxp": maxp})


def _packed(tables: dict[bytes, bytes]) -> bytes:
    """Tables as a TrueType file, in the order of their names."""
    place, directory, body = 12 + 16 * len(tables), b"", b""
    for tag, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, place + len(body), len(data))
        body += padded
    return struct.pack(">IHHHH", 0x10000, len(tables), 64, 2, 32) + directory + body
