//! Tags as the console has them: with an id and a colour in hex, where the product has a hue and records hold
//! the name.

mod http;
mod lookup;

pub use http::{ConsoleTagOut, ConsoleTagsApi};
pub(crate) use http::{colour, hue};
pub(crate) use lookup::{by_name, filter, names};
