//! What leaves the house for a person: mail now; calls, notifications and webhooks later.
//!
//! Always holds: nothing is sent while a transaction is open, and nothing is sent that was not
//! queued in the transaction of the change that causes it. What a message says belongs to the
//! realm (`message_templates`); how it is rendered belongs to the crate `template`, so that the
//! check of a template and the mail that leaves can't differ.

pub mod mail;
