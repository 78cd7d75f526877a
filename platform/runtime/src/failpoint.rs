//! Places where a test may make the process die, to prove that nothing is lost there.

/// Ends the process at once, as `kill -9` would, if `BROKERDESK_CRASH_AT` names this place.
///
/// Only debug builds look; a release build has no such door.
pub fn hit(place: &str) {
    if cfg!(debug_assertions) && std::env::var("BROKERDESK_CRASH_AT").is_ok_and(|v| v == place) {
        std::process::abort();
    }
}

/// As [`hit`], at a place that many things pass: `BROKERDESK_CRASH_AT` may name the thing as well, `place:what`.
pub fn hit_with(place: &str, what: &str) {
    hit(place);
    if cfg!(debug_assertions) && std::env::var("BROKERDESK_CRASH_AT").is_ok_and(|v| v.split_once(':') == Some((place, what))) {
        std::process::abort();
    }
}
