//! `/api/crm`: contacts, opportunities, deals and activities in the words of a sales program.
//!
//! Always holds: words are accepted in any letter case; stages are spoken of in this face's words on the way in and
//! out; amounts are numbers.

pub mod contacts;
mod envelope;

pub use contacts::SalesContactsApi;
