//! How a realm looks: its name, colours and logo, as pages and the API tell it to everybody. Always
//! holds: a logo is served so that nothing in it can run, since anybody may have drawn it.

mod http;

pub use http::{BrandingApi, branding_json, logo_key};
