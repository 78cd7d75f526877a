//! Clients: the people a broker serves.
//!
//! Always holds: an e-mail belongs to one client that is not deleted; a deleted client can come
//! back; an actor without clear contact data neither reads, searches nor overwrites it.

pub mod collisions;
pub mod entity;
pub mod http;
pub mod service;

pub use http::ClientsApi;
