//! How a realm looks: its name, colours and pictures, as pages and the API tell it to everybody, and
//! changing it. Always holds: a picture is served so that nothing in it can run, since anybody may have
//! drawn it; it is stored before the row names it.

mod change;
mod http;
mod pictures;

pub use change::{KIND, undo};
pub use http::{BrandingApi, BrandingOut, branding_json};
pub use pictures::{
    MAX_PICTURE, Picture, check as check_picture, decode as decode_picture, file_key, keep as keep_picture, stored_at,
};
