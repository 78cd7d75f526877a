//! The workers against a real PostgreSQL and a real Redis.

#![expect(clippy::unwrap_used, reason = "tests")]

mod clockwork;
mod desk;
mod jobs;
mod outages;
mod running;
