//! Reading the mail that left, as the one it was sent to does.

use std::time::{Duration, Instant};

use test_kit::World;

/// The token in the newest mail to an address that links to a page; `None` if there is no such mail.
fn newest(world: &World, to: &str, page: &str) -> Option<String> {
    let mark = format!("/{page}?token=");
    let links = world.mail.list(Some(to)).into_iter().flat_map(|mail| mail.links);
    links.into_iter().find_map(|link| link.split_once(&mark).map(|(_, token)| token.to_owned()))
}

/// Lets everything that waits be done, then reads the newest token.
pub async fn token(world: &World, to: &str, page: &str) -> String {
    world.drain().await;
    newest(world, to, page).unwrap_or_else(|| panic!("no mail to {to} links to /{page}"))
}

/// Waits until the workers have sent it.
pub async fn token_by_workers(world: &World, to: &str, page: &str) -> String {
    let begun = Instant::now();
    loop {
        if let Some(token) = newest(world, to, page) {
            return token;
        }
        assert!(begun.elapsed() < Duration::from_secs(8), "no mail to {to} links to /{page}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
