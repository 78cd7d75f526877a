//! Ends the servers that the tests of a run share.

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("stop") => test_kit::services::stop().await,
        _ => anyhow::bail!("usage: test-services stop"),
    }
}
