//! The forms of a file: for one of the records of the product, and by the names that consoles have for them.

use super::entity::PARENTS;
use crate::file_form::{Fields, FileForm};

const FILE: &str = "The file, at most 25 megabytes. Required.";
const RECORD: &str = "The record it is for; one of them is required.";

/// What stands beside the file.
pub struct AttachmentFields;

impl Fields for AttachmentFields {
    const FILE: &'static str = FILE;
    const REQUIRED: &'static [&'static str] = &[];

    fn others() -> Vec<(&'static str, Option<&'static str>, &'static str)> {
        PARENTS.iter().map(|parent| (parent.column(), Some("uuid"), RECORD)).collect()
    }
}

/// A file, and the record it is for.
pub type AttachmentForm = FileForm<AttachmentFields>;

/// The same where a client is a customer.
pub struct CustomerFields;

impl Fields for CustomerFields {
    const FILE: &'static str = FILE;
    const REQUIRED: &'static [&'static str] = &[];

    fn others() -> Vec<(&'static str, Option<&'static str>, &'static str)> {
        ["customer_id", "deal_id", "activity_id"].map(|name| (name, Some("uuid"), RECORD)).to_vec()
    }
}

/// A file, and the customer, deal or activity it is for.
pub type CustomerFileForm = FileForm<CustomerFields>;
