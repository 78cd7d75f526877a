//! Words for stages that outside programs use beside the tenant's own.

use crm::pipelines::service::{Pipeline, Stage, list};
use kernel::DomainError;
use runtime::Ctx;

/// Words of one face: each with the key of the usual pipeline that it stands for, ends by their outcomes; and whether
/// the face says them itself or only understands them.
#[derive(Debug, Clone, Copy)]
pub struct Words(&'static [(&'static str, &'static str)], bool);

/// Words that the console understands; it says the keys.
pub const CONSOLE: Words =
    Words(&[("prospecting", "lead"), ("qualification", "qualified"), ("closed-won", "won"), ("closed-lost", "lost")], false);

/// Words of sales programs.
pub const SALES: Words =
    Words(&[("prospect", "lead"), ("qualification", "qualified"), ("closed-won", "won"), ("closed-lost", "lost")], true);

/// As words are compared: whatever their case, and whatever joins their parts.
pub fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '_'], "-")
}

impl Words {
    /// The key of a stage that a word means in a pipeline: its own keys in any case, the other words, and for the two
    /// ends whatever the pipeline calls them. A word that means nothing there comes back as it is.
    pub fn key_of(self, pipeline: &Pipeline, word: &str) -> String {
        let word = word.trim().to_lowercase();
        if pipeline.stage(&word).is_some() {
            return word;
        }
        let spelt = plain(&word);
        if let Some(own) = pipeline.stages.iter().find(|s| plain(&s.key) == spelt) {
            return own.key.clone();
        }
        let meant = self.0.iter().find(|(other, _)| *other == spelt).map_or(word.as_str(), |(_, key)| key);
        if pipeline.stage(meant).is_some() {
            return meant.to_owned();
        }
        match meant {
            "won" | "lost" => pipeline.ending(meant).map_or_else(|| word.clone(), |s| s.key.clone()),
            _ => word,
        }
    }

    /// The word for a stage: the face's where it has one that no other stage of the pipeline goes by, otherwise the
    /// key; of an end the one for its outcome.
    pub fn word_of(self, pipeline: Option<&Pipeline>, key: &str, outcome: &str) -> String {
        let meant = if outcome == "none" { key } else { outcome };
        match self.0.iter().find(|(_, of)| *of == meant) {
            Some((word, _)) if pipeline.is_none_or(|p| p.stage(word).is_none()) => (*word).to_owned(),
            _ => key.to_owned(),
        }
    }

    /// The words for the stages of a pipeline, in order, each once.
    pub fn all_of(self, pipeline: &Pipeline) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for stage in &pipeline.stages {
            let word = self.word(pipeline, stage);
            if !all.contains(&word) {
                all.push(word);
            }
        }
        all
    }

    /// What a refusal offers: the words, or the keys where the face says those.
    fn offered(self, pipeline: &Pipeline) -> Vec<String> {
        match self.1 {
            true => self.all_of(pipeline),
            false => pipeline.stages.iter().map(|s| s.key.clone()).collect(),
        }
    }

    /// The word for a stage of a pipeline.
    pub fn word(self, pipeline: &Pipeline, stage: &Stage) -> String {
        self.word_of(Some(pipeline), &stage.key, &stage.outcome)
    }

    /// A filter by stages: a comma list. A word that is no stage of any pipeline is refused with those there are.
    pub async fn filter(self, ctx: &Ctx, given: Option<&str>) -> kernel::Result<Option<String>> {
        if given.unwrap_or_default().trim().is_empty() {
            return Ok(None);
        }
        self.keys(&list(ctx).await?, given.unwrap_or_default()).map(Some)
    }

    /// The keys that a comma list of words means in some pipelines.
    pub fn keys(self, pipelines: &[Pipeline], given: &str) -> kernel::Result<String> {
        let mut keys: Vec<String> = Vec::new();
        for word in given.split(',').map(str::trim).filter(|w| !w.is_empty()) {
            let mut found = Vec::new();
            for pipeline in pipelines {
                let key = self.key_of(pipeline, word);
                let meant = |s: &&Stage| s.key == key || self.word(pipeline, s) == plain(word);
                found.extend(pipeline.stages.iter().filter(meant).map(|s| s.key.clone()));
            }
            if found.is_empty() {
                let mut known: Vec<String> = Vec::new();
                for word in pipelines.iter().flat_map(|p| self.offered(p)) {
                    if !known.contains(&word) {
                        known.push(word);
                    }
                }
                return Err(DomainError::field("stage", format!("must be one of {}", known.join(", "))));
            }
            keys.extend(found);
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipeline(stages: &[(&str, &str)]) -> Pipeline {
        let stage = |(key, outcome): &(&str, &str)| Stage {
            pipeline_key: "sales".into(),
            key: (*key).into(),
            label: (*key).into(),
            hue: "blue".into(),
            probability: 50,
            outcome: (*outcome).into(),
            position: 0,
            transitions: None,
            required: Vec::new(),
        };
        Pipeline {
            key: "sales".into(),
            name: "Sales".into(),
            position: 0,
            is_default: true,
            archived: false,
            stages: stages.iter().map(stage).collect(),
        }
    }

    const USUAL: &[(&str, &str)] = &[
        ("lead", "none"),
        ("qualified", "none"),
        ("proposal", "none"),
        ("negotiation", "none"),
        ("won", "won"),
        ("lost", "lost"),
    ];

    #[test]
    fn every_word_comes_back_in_any_case() {
        let usual = pipeline(USUAL);
        assert_eq!(SALES.all_of(&usual), ["prospect", "qualification", "proposal", "negotiation", "closed-won", "closed-lost"]);
        for stage in &usual.stages {
            let word = SALES.word(&usual, stage);
            for spelt in [word.clone(), word.to_uppercase(), word.replace('-', "_"), word.replace('-', " "), stage.key.clone()] {
                assert_eq!(SALES.key_of(&usual, &spelt), stage.key, "{spelt}");
            }
        }
        assert_eq!(SALES.key_of(&usual, "Nowhere"), "nowhere");
        assert_eq!(CONSOLE.key_of(&usual, "closed_won"), "won");
        let told = CONSOLE.keys(&[usual], "nowhere").map_err(|e| format!("{e:?}"));
        assert!(told.is_err_and(|e| e.contains("must be one of lead, qualified, proposal, negotiation, won, lost")));
    }

    #[test]
    fn a_pipeline_s_own_keys_come_first_and_ends_go_by_their_outcome() {
        let own =
            pipeline(&[("lead", "none"), ("prospect", "none"), ("offer_sent", "none"), ("renewed", "won"), ("more", "won")]);
        assert_eq!(SALES.all_of(&own), ["lead", "prospect", "offer_sent", "closed-won"]);
        assert_eq!(SALES.key_of(&own, "prospect"), "prospect");
        assert_eq!(SALES.key_of(&own, "Offer Sent"), "offer_sent");
        assert_eq!(SALES.key_of(&own, "closed-won"), "renewed");
        assert_eq!(SALES.keys(std::slice::from_ref(&own), "closed-won").ok().as_deref(), Some("more,renewed"));
        let told = SALES.keys(&[own], "closed-lost").map_err(|e| format!("{e:?}"));
        assert!(told.is_err_and(|e| e.contains("must be one of lead, prospect, offer_sent, closed-won")));
    }
}
