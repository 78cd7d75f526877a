//! Records that come from files of other programs, and the batch of a script.
//!
//! Always holds: a row is checked by the rules of the form; nothing is written before the whole file was
//! looked at; every piece of an import is one commit with its mark, so that whatever dies, every row is there
//! once; what an import did can be taken back. Files and rows hold values in clear: whoever imports sees the
//! contacts in clear, and nothing of this is open to masked staff but how far an import is ([`clear`]).

mod activities;
mod amounts;
mod batch;
mod brings;
mod clear;
mod columns;
mod control;
mod countries;
mod dates;
mod deals;
mod duplicates;
mod entity;
mod errors_csv;
mod field;
mod fixing;
mod form;
mod hanging;
mod http;
mod jobs;
mod languages;
mod mapping;
mod named;
mod places;
mod preview;
mod reading;
mod recipe;
mod rows;
mod run;
mod sales_words;
mod service;
mod shapes;
mod staff;
mod staging;
mod sweep;
mod there;
mod undoing;
mod update;
mod upload;
mod words;

pub use batch::BatchApi;
pub use hanging::{HANGING, Hanging, Hold};
pub use http::ImportsApi;
pub use jobs::{PreviewImport, RunImport, UndoImport, failed, preview_job, run_job, undo_job};
pub(crate) use rows::Values;
pub use sweep::sweep;
#[cfg(test)]
pub(crate) use words::field_of;
pub(crate) use words::plain;
