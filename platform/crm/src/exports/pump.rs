//! From the database into the store: rows are read, written as a file, and sent away at the same time.
//!
//! Three stages with short queues between them. Each waits for the next one, so what is in memory is a few
//! hundred rows and a few parts, however long the list is. Writing is arithmetic and has a thread of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use kernel::DomainError;
use kernel::job::JobError;
use kernel::ports::{PartUpload, StoreError};
use runtime::Ctx;
use runtime::db::{DbError, PouredRow};
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;

use super::cell::{Cell, Kind};
use super::columns::Column;
use super::csv::Csv;
use super::source::Source;
use super::xlsx::{MOST_ROWS, Unfit, Xlsx};

/// Rows that travel together.
const PIECE: usize = 500;
/// Pieces that may wait.
const WAITING: usize = 4;
/// Bytes of a part; the store wants at least 5 MiB.
const PART: usize = 8 << 20;

/// Why there is no file.
#[derive(Debug)]
pub(super) struct Fault {
    /// For whoever asked for it.
    pub code: &'static str,
    /// For the machinery.
    pub error: JobError,
}

impl Fault {
    pub fn new(code: &'static str, why: &str) -> Self {
        Self { code, error: JobError::Fail(why.to_owned()) }
    }
}

impl From<DomainError> for Fault {
    fn from(error: DomainError) -> Self {
        Self { code: error.code(), error: error.into() }
    }
}

impl From<DbError> for Fault {
    fn from(error: DbError) -> Self {
        DomainError::from(error).into()
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self { code: "store_unavailable", error: JobError::Retry(error.to_string()) }
    }
}

impl From<Unfit> for Fault {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::LongCell => Self::new("cell_too_long", "a text is longer than a cell of a workbook can be"),
            Unfit::Archive(error) if error.kind() == std::io::ErrorKind::FileTooLarge => {
                Self::new("file_too_large", "the workbook would be larger than four gigabytes")
            }
            Unfit::Archive(error) => Self::new("internal", &error.to_string()),
        }
    }
}

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Made {
    pub rows: u64,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// When the first bytes were there.
    pub first: Instant,
}

/// A file of one format that is being written.
enum Writer {
    Csv(Csv),
    Xlsx(Box<Xlsx>),
}

impl Writer {
    fn begin(format: &str, name: &str, columns: &[Column]) -> Result<Self, Fault> {
        let titles = columns.iter().map(|column| column.title.clone());
        if format == "xlsx" {
            let mut xlsx = Box::new(Xlsx::new(name, titles.collect(), MOST_ROWS));
            xlsx.begin()?;
            return Ok(Self::Xlsx(xlsx));
        }
        let mut csv = Csv::new();
        for title in titles {
            csv.cell(Kind::Text, Cell::Text(&title));
        }
        csv.end_row();
        Ok(Self::Csv(csv))
    }

    fn row(&mut self, columns: &[Column], row: &PouredRow) -> Result<(), Fault> {
        if let Self::Xlsx(xlsx) = self {
            xlsx.next_row()?;
        }
        for (n, column) in columns.iter().enumerate() {
            let cell = row.cell(n)?;
            let shown = match (&column.shape, cell) {
                (Some(shape), Cell::Text(text)) => Some(shape(text)),
                _ => None,
            };
            let cell = shown.as_deref().map_or(cell, Cell::Text);
            match self {
                Self::Csv(csv) => csv.cell(column.kind, cell),
                Self::Xlsx(xlsx) => xlsx.cell(column.kind, cell)?,
            }
        }
        match self {
            Self::Csv(csv) => csv.end_row(),
            Self::Xlsx(xlsx) => xlsx.end_row()?,
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Fault> {
        match self {
            Self::Xlsx(xlsx) => Ok(xlsx.finish()?),
            Self::Csv(_) => Ok(()),
        }
    }

    fn out(&mut self) -> &mut Vec<u8> {
        match self {
            Self::Xlsx(xlsx) => xlsx.out(),
            Self::Csv(csv) => csv.out(),
        }
    }
}

/// The file's format, and the name of its sheets.
pub(super) struct Shape<'a> {
    pub format: &'a str,
    pub name: &'a str,
}

/// Where the written parts go.
struct Outlet {
    parts: mpsc::Sender<Vec<u8>>,
    sum: Sha256,
    bytes: u64,
}

impl Outlet {
    /// Sends on what is written; fails if nobody takes it any more.
    fn take(&mut self, out: &mut Vec<u8>) -> Result<(), Fault> {
        let part = std::mem::replace(out, Vec::with_capacity(PART + PART / 8));
        self.sum.update(&part);
        self.bytes += part.len() as u64;
        self.parts.blocking_send(part).map_err(|_| Fault::new("internal", "nobody takes the file any more"))
    }
}

fn write(
    mut writer: Writer,
    columns: &[Column],
    mut rows: mpsc::Receiver<Vec<PouredRow>>,
    mut outlet: Outlet,
    written: &AtomicU64,
) -> Result<Made, Fault> {
    let (mut count, mut first) = (0, None);
    while let Some(piece) = rows.blocking_recv() {
        for row in &piece {
            writer.row(columns, row)?;
        }
        first.get_or_insert_with(Instant::now);
        count += piece.len() as u64;
        written.store(count, Ordering::Relaxed);
        if writer.out().len() >= PART {
            outlet.take(writer.out())?;
        }
    }
    writer.finish()?;
    if !writer.out().is_empty() {
        outlet.take(writer.out())?;
    }
    let (bytes, first) = (outlet.bytes, first.unwrap_or_else(Instant::now));
    Ok(Made { rows: count, bytes, sha256: hex::encode(outlet.sum.finalize()), first })
}

/// Makes the file of all rows of `source`. `written` tells how far it is. The object is not complete yet.
pub(super) async fn pump(
    ctx: &Ctx,
    source: &Source,
    shape: Shape<'_>,
    upload: &mut dyn PartUpload,
    written: Arc<AtomicU64>,
) -> Result<Made, Fault> {
    let columns = source.columns.all.clone();
    let writer = Writer::begin(shape.format, shape.name, &columns)?;
    let (to_writer, rows) = mpsc::channel(WAITING);
    let (to_store, mut parts) = mpsc::channel::<Vec<u8>>(1);
    let outlet = Outlet { parts: to_store, sum: Sha256::new(), bytes: 0 };
    let writing = tokio::task::spawn_blocking(move || write(writer, &columns, rows, outlet, &written));
    let statement = source.statement();
    let reading = async move { ctx.tx().pour(&statement, PIECE, &to_writer).await };
    let sending = async move {
        while let Some(part) = parts.recv().await {
            upload.add(part).await?;
        }
        Ok::<_, StoreError>(())
    };
    // Each ends when the one before or behind it does; the first cause is the one to tell.
    let (read, sent) = tokio::join!(reading, sending);
    let made = writing.await.map_err(|error| Fault::new("internal", &format!("the writer died: {error}")))?;
    sent?;
    let made = match (made, read) {
        (Ok(made), Ok(read)) if made.rows == read => made,
        (Ok(_), Ok(_)) => return Err(Fault::new("count_differs", "not every row that was read was written")),
        // The database's own failure ends the rows, too; a writer that ends for it has less to tell.
        (Ok(_), Err(error)) => return Err(error.into()),
        (Err(fault), _) => return Err(fault),
    };
    Ok(made)
}
