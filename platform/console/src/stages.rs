//! Words for stages that outside programs use beside the tenant's own.

use crm::pipelines::service::{Pipeline, list};
use kernel::DomainError;
use runtime::Ctx;

/// Word of the console, key of the usual pipeline.
const CONSOLE: &[(&str, &str)] =
    &[("prospecting", "lead"), ("qualification", "qualified"), ("closed_won", "won"), ("closed_lost", "lost")];

/// The key of a stage that a word means in a pipeline: its own keys in any case, the other words, and for the two
/// ends whatever the pipeline calls them.
pub fn key_of(pipeline: &Pipeline, word: &str) -> String {
    let word = word.trim().to_lowercase();
    if pipeline.stage(&word).is_some() {
        return word;
    }
    let meant = CONSOLE.iter().find(|(other, _)| *other == word).map_or(word.as_str(), |(_, key)| key);
    if pipeline.stage(meant).is_some() {
        return meant.to_owned();
    }
    match meant {
        "won" | "lost" => pipeline.ending(meant).map_or_else(|| word.clone(), |s| s.key.clone()),
        _ => word,
    }
}

/// A filter by stages: a comma list. A word that is no stage of any pipeline is refused with those there are.
pub async fn filter(ctx: &Ctx, given: Option<&str>) -> kernel::Result<Option<String>> {
    let words: Vec<&str> = given.unwrap_or_default().split(',').map(str::trim).filter(|w| !w.is_empty()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let pipelines = list(ctx).await?;
    let mut keys: Vec<String> = Vec::new();
    for word in words {
        let found: Vec<String> =
            pipelines.iter().map(|p| (p, key_of(p, word))).filter(|(p, key)| p.stage(key).is_some()).map(|(_, k)| k).collect();
        if found.is_empty() {
            let mut known: Vec<&str> = pipelines.iter().flat_map(|p| &p.stages).map(|s| s.key.as_str()).collect();
            known.dedup();
            return Err(DomainError::field("stage", format!("must be one of {}", known.join(", "))));
        }
        keys.extend(found);
    }
    Ok(Some(keys.join(",")))
}
