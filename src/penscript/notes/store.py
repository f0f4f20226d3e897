"""The store itself: each promise of `protocol.Notes` is a transaction. What it does lies in the modules beside."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from penscript.document import Bounds, Document
from penscript.errors import MissingInput
from penscript.export.atomic import replaced
from penscript.notes import archive, corrections, documents, forgetting, rows, search
from penscript.notes.csv_files import Table
from penscript.notes.documents import SourceFile
from penscript.notes.protocol import HasDocument
from penscript.notes.queues import Queues
from penscript.notes.schema import backups
from penscript.notes.values import (
    Added,
    Change,
    Forgotten,
    Hit,
    StoredDocument,
    StoredField,
    StoredLine,
    StoredPage,
    StoredReading,
)


class Store(Queues):
    """Notes in SQLite or PostgreSQL; see `protocol.Notes` for what each method promises."""

    def add(
        self,
        result: Document | HasDocument,
        *,
        source: str | None = None,
        picture: bytes | Path | None = None,
        tags: Sequence[str] = (),
    ) -> Added:
        document = result if isinstance(result, Document) else result.document
        file = self._source_file(picture)
        try:
            return self._add(document, source or document.source, file, tags)
        except IntegrityError:  # the same file came in twice at once, and the other one was quicker
            return self._add(document, source or document.source, file, tags)

    def _add(self, document: Document, source: str, file: SourceFile | None, tags: Sequence[str]) -> Added:
        with self._database.write() as connection:
            added = documents.add(connection, self._index, document, rows.plain(source), file)
            documents.tag(connection, added.document, tags)
            return added

    def _source_file(self, picture: bytes | Path | None) -> SourceFile | None:
        if isinstance(picture, bytes):
            return SourceFile(hashlib.sha256(picture).hexdigest(), None, self._sealed(picture))
        return None if picture is None else SourceFile.at(Path(picture))

    def documents(self, *, tag: str | None = None, limit: int = 100, offset: int = 0) -> list[StoredDocument]:
        with self._database.read() as connection:
            return documents.find(connection, tag=tag, limit=limit, offset=offset)

    def document(self, document: int) -> StoredDocument:
        with self._database.read() as connection:
            return documents.one(connection, document)

    def find_document(self, sha256: str) -> StoredDocument | None:
        with self._database.read() as connection:
            return documents.of_file(connection, sha256)

    def pages(self, document: int) -> list[StoredPage]:
        with self._database.read() as connection:
            return documents.pages_of(connection, document)

    def page(self, document: int, number: int) -> StoredPage:
        with self._database.read() as connection:
            return documents.pages_of(connection, document, number)[0]

    def line(self, line: int) -> StoredLine:
        with self._database.read() as connection:
            return rows.stored_line(rows.one_line(connection, line))

    def lines(self, *, label: bool | None = None, limit: int = 1000, after: int = 0) -> list[StoredLine]:
        with self._database.read() as connection:
            return documents.some_lines(connection, label=label, limit=limit, after=after)

    def result(self, document: int) -> Document:
        with self._database.read() as connection:
            source = documents.one(connection, document).source
            return documents.as_document(source, documents.pages_of(connection, document))

    def readings(self, line: int) -> list[StoredReading]:
        with self._database.read() as connection:
            return documents.readings_of(connection, line)

    def original(self, document: int) -> bytes:
        file = self._file(document)
        return file if isinstance(file, bytes) else _bytes_of(file)

    def picture(self, document: int, page: int = 1) -> bytes:
        from penscript.notes.pictures import as_shown

        return as_shown(self.original(document), self.page(document, page))

    def _file(self, document: int) -> bytes | Path:
        with self._database.read() as connection:
            path, data = documents.file_of(connection, document)
        if data is not None:
            return self._unsealed(data)
        if path is None:
            raise MissingInput(f"No picture of document {document} was kept.", "Add the file again, with its picture.")
        return Path(path)

    def tag(self, document: int, *tags: str) -> None:
        with self._database.write() as connection:
            documents.tag(connection, document, tags)

    def untag(self, document: int, *tags: str) -> None:
        with self._database.write() as connection:
            documents.untag(connection, document, tags)

    def tags(self) -> dict[str, int]:
        with self._database.read() as connection:
            return documents.count_tags(connection)

    def fields(self, document: int) -> list[StoredField]:
        with self._database.read() as connection:
            return documents.fields_of(connection, document)

    def set_fields(self, document: int, fields: Sequence[StoredField]) -> None:
        with self._database.write() as connection:
            documents.set_fields(connection, document, fields)

    def correct(self, line: int, text: str, by: str = "", was: str | None = None) -> Change:
        with self._database.write() as connection:
            return corrections.correct(connection, self._index, line, text, by=by, was=was)

    def confirm(self, line: int, by: str = "", was: str | None = None) -> Change:
        with self._database.write() as connection:
            return corrections.confirm(connection, self._index, line, by, was)

    def move(self, line: int, bounds: Bounds, by: str = "") -> Change:
        with self._database.write() as connection:
            return corrections.move(connection, line, bounds, by)

    def undo(self, by: str = "") -> Change | None:
        with self._database.write() as connection:
            return corrections.undo(connection, self._index, by)

    def history(self, line: int) -> list[Change]:
        with self._database.read() as connection:
            return corrections.history(connection, line)

    def record_training(self, pack: str, lines: Sequence[int]) -> None:
        with self._database.write() as connection:
            corrections.record_training(connection, pack, lines)

    def search(self, query: str, *, limit: int = 20, offset: int = 0, tag: str | None = None) -> list[Hit]:
        with self._database.read() as connection:
            return search.search(connection, self._index, query, limit=limit, offset=offset, tag=tag)

    def cutout(self, hit: Hit | StoredLine) -> bytes:
        from penscript.notes import pictures

        line, spans = pictures.spans_of(hit)
        page = self.page(line.document, line.page)
        return pictures.cut_out(pictures.decoded(self._file(line.document), page), page, line, spans)

    def export(self, path: str | Path) -> None:
        with self._database.read() as connection, replaced(path) as file:
            archive.write(connection, file, self._unsealed)

    def restore(self, path: str | Path) -> int:
        with self._database.write() as connection:
            return archive.read(connection, self._index, Path(path), self._sealed)

    def load_csv(self, path: str | Path, *, tags: Sequence[str] = ()) -> list[Added]:
        table = Table(Path(path))
        with self._database.write() as connection:
            if table.holds_fields:
                added = [documents.add_fields(connection, name, its) for name, its in table.fields().items()]
            else:
                added = [
                    documents.add(connection, self._index, document, document.source, file)
                    for document, file in table.documents()
                ]
            for one in added:
                documents.tag(connection, one.document, tags)
        return added

    def forget(self, document: int) -> Forgotten:
        with self._database.write() as connection:
            told = forgetting.forget(connection, self._index, document)
        self._database.wipe()
        if self._database.file:
            for copy in backups(self._database.file):
                copy.unlink()
        return told


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MissingInput(f"{path} cannot be opened: {error.strerror}.", "Put the file back where it was.") from None
