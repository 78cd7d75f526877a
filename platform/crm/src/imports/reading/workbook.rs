//! A workbook: which sheets it has, and where they are.

use std::fs::File;

use super::Unreadable;
use super::sheet::Sheet;
use super::strings::Strings;
use super::styles::Styles;
use super::xml::{Node, Xml};
use super::zip::Archive;

/// The most sheets.
const MOST_SHEETS: usize = 200;

/// A workbook.
pub(super) struct Workbook {
    archive: Archive,
    /// Names of sheets, and the parts they are in.
    sheets: Vec<(String, String)>,
    from_1904: bool,
}

/// Opens a workbook.
pub(super) fn open(file: File) -> Result<Workbook, Unreadable> {
    let archive = Archive::open(file)?;
    let no_workbook = || Unreadable::file("This archive is no workbook. Send a CSV or XLSX file, not packed.");
    let part = archive.part("xl/workbook.xml")?.ok_or_else(no_workbook)?;
    let (mut xml, mut named, mut from_1904) = (Xml::new(part), Vec::new(), false);
    loop {
        match xml.next()? {
            Node::Open(tag) => match tag.name() {
                b"sheet" if named.len() < MOST_SHEETS => {
                    let name: String = tag.get("name").unwrap_or_default().chars().take(100).collect();
                    // Of several attributes that end in `id` the one with the prefix comes last.
                    named.push((name, tag.get("id").unwrap_or_default()));
                }
                b"workbookPr" => from_1904 = matches!(tag.get("date1904").as_deref(), Some("1" | "true")),
                _ => {}
            },
            Node::End => break,
            Node::Close(_) | Node::Text(_) => {}
        }
    }
    let targets = targets(&archive)?;
    let sheets: Vec<(String, String)> =
        named.into_iter().filter_map(|(name, id)| Some((name, targets.iter().find(|(i, _)| *i == id)?.1.clone()))).collect();
    if sheets.is_empty() {
        return Err(Unreadable::file("The workbook has no sheets."));
    }
    Ok(Workbook { archive, sheets, from_1904 })
}

/// Parts by the ids under which the workbook names them.
fn targets(archive: &Archive) -> Result<Vec<(String, String)>, Unreadable> {
    let Some(part) = archive.part("xl/_rels/workbook.xml.rels")? else { return Ok(Vec::new()) };
    let (mut xml, mut targets) = (Xml::new(part), Vec::new());
    loop {
        match xml.next()? {
            Node::Open(tag) if tag.name() == b"Relationship" && targets.len() < 10_000 => {
                let (Some(id), Some(target)) = (tag.get("Id"), tag.get("Target")) else { continue };
                // A sheet that is a chart has no cells.
                if tag.get("Type").is_some_and(|kind| kind.ends_with("/worksheet")) {
                    let path = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
                    targets.push((id, path));
                }
            }
            Node::End => return Ok(targets),
            Node::Open(_) | Node::Close(_) | Node::Text(_) => {}
        }
    }
}

impl Workbook {
    /// Names of its sheets, in order.
    pub fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    /// About how many rows of so many columns a sheet has.
    pub fn estimate(&self, name: Option<&str>, columns: u64) -> u64 {
        let found = self.sheets.iter().find(|(n, _)| Some(n.as_str()) == name).or(self.sheets.first());
        found.map_or(0, |(_, path)| self.archive.declared(path)) / (columns.max(1) * 40 + 20)
    }

    /// The rows of a sheet; of the first without a name.
    pub fn sheet(self, name: Option<&str>) -> Result<Sheet, Unreadable> {
        let found = match name {
            Some(name) => self.sheets.iter().find(|(n, _)| n == name),
            None => self.sheets.first(),
        };
        let (_, path) = found.ok_or_else(|| Unreadable::file("The workbook has no sheet of this name."))?;
        let missing = || Unreadable::file("The workbook is damaged: its sheet is missing.");
        let stream = self.archive.part(path)?.ok_or_else(missing)?;
        let strings = match self.archive.part("xl/sharedStrings.xml")? {
            Some(part) => Strings::read(part)?,
            None => Strings::default(),
        };
        let styles = match self.archive.part("xl/styles.xml")? {
            Some(part) => Styles::read(part)?,
            None => Styles::default(),
        };
        Ok(Sheet::new(stream, strings, styles, self.from_1904))
    }
}
