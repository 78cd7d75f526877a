//! The form of an import: a file, and what it brings.

use crate::file_form::{Fields, FileForm};

/// What stands beside the file.
pub struct ImportFields;

impl Fields for ImportFields {
    const FILE: &'static str = "The file: CSV in any usual encoding, or XLSX. Required.";
    const REQUIRED: &'static [&'static str] = &["entity"];

    fn others() -> Vec<(&'static str, Option<&'static str>, &'static str)> {
        vec![("entity", None, "`clients`, `leads`, `contacts`, `opportunities`, `deals`, `activities` or `users`. Required.")]
    }
}

/// A file, and what it brings.
pub type ImportForm = FileForm<ImportFields>;
