"""Makes the files of this folder, so that imports are read from other writers than our own: Python's csv
and openpyxl. Run it with openpyxl installed; what it writes is committed."""

import csv
import datetime
import io
import pathlib
import zipfile

import openpyxl

HERE = pathlib.Path(__file__).parent
PEOPLE = [
    ("Jürgen", "Müller", "juergen@example.com", "030 901820", "Deutschland", datetime.date(1984, 3, 2)),
    ("Émilie", "Lefèvre", "emilie@example.com", "+33 1 42 68 53 00", "France", datetime.date(1990, 12, 31)),
    ("Ana \"Anita\"", "López, Ruiz", "ana@example.com", "0034 912 34 56 78", "Espana", datetime.date(1975, 7, 14)),
    ("No", "Mail", "not an address", "12", "Atlantis", datetime.date(2099, 1, 1)),
]
HEADER = ["Vorname", "Nachname", "E-Mail", "Telefon", "Land", "Geburtsdatum"]


def text(delimiter, end, day="%d.%m.%Y"):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER)
    for person in PEOPLE:
        writer.writerow([*person[:5], person[5].strftime(day)])
    return out.getvalue()


def write(name, data):
    (HERE / name).write_bytes(data)


def workbook():
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Notes & more"
    first["A1"] = "Nothing to see here"
    sheet = book.create_sheet("People")
    sheet.append(["Clients of 2025"])
    sheet.append([])
    sheet.append(HEADER)
    for person in PEOPLE:
        sheet.append(list(person))
        sheet.cell(sheet.max_row, 6).number_format = "DD.MM.YYYY"
    # A phone number that somebody typed as a number.
    sheet.append(["Num", "Ber", "number@example.com", 442071838750, "GB", datetime.date(1980, 1, 1)])
    book.save(HERE / "people.xlsx")


def patched(name, part, old, new):
    """A workbook with one of its parts changed."""
    source = zipfile.ZipFile(HERE / "people.xlsx")
    with zipfile.ZipFile(HERE / name, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            data = source.read(item.filename)
            if item.filename == part:
                data = new if old is None else data.replace(old, new)
            target.writestr(item.filename, data)


write("utf8_semicolon.csv", text(";", "\r\n").encode("utf-8"))
write("utf8_bom_comma.csv", text(",", "\n").encode("utf-8-sig"))
write("utf16_tab.csv", text("\t", "\r\n").encode("utf-16"))
write("cp1252_semicolon.csv", text(";", "\r\n").encode("cp1252"))
write("pipe_mixed_ends.csv", text("|", "\n").replace("\n", "\r", 1).replace("\n", "\r\n", 1).encode("utf-8"))
workbook()
# It says that it has a thousand million rows, and a cell far out.
patched("declares_billions.xlsx", "xl/worksheets/sheet1.xml", b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>')
# A hundred megabytes of nothing behind some rows: some kilobytes, packed.
patched(
    "bomb.xlsx",
    "xl/worksheets/sheet1.xml",
    None,
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    + b'<row><c t="inlineStr"><is><t>jane@example.com</t></is></c></row>' * 700
    + (b"<x>" + b" " * 900_000 + b"</x>") * 120
    + b"</sheetData></worksheet>",
)
patched(
    "large_cell.xlsx",
    "xl/worksheets/sheet1.xml",
    None,
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    + b"x" * 20_000_000
    + b"</t></is></c></row></sheetData></worksheet>",
)
