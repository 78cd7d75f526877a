//! The stages of the tenant's pipelines in this face's words.

use crm::deals::entity::Deal;
use crm::pipelines::service::{Pipeline, list};
use kernel::DomainError;
use runtime::Ctx;
use serde_json::{Value as Json, json};

use crate::stages::SALES;

/// Every pipeline, read once for an answer.
pub struct Stages(Vec<Pipeline>);

impl Stages {
    /// Reads them, for who works with deals or opportunities.
    pub async fn read(ctx: &Ctx) -> kernel::Result<Self> {
        Ok(Self(list(ctx).await?))
    }

    /// The pipeline of this key.
    pub fn pipeline(&self, key: &str) -> Option<&Pipeline> {
        self.0.iter().find(|p| p.key == key)
    }

    /// The pipeline that somebody names, or the default one.
    pub fn chosen(&self, key: Option<&str>) -> kernel::Result<&Pipeline> {
        let Some(key) = key.map(str::trim).filter(|k| !k.is_empty()) else {
            let found = self.0.iter().find(|p| p.is_default).or_else(|| self.0.first());
            return found.ok_or_else(|| DomainError::internal("the tenant has no pipeline"));
        };
        let known: Vec<&str> = self.0.iter().map(|p| p.key.as_str()).collect();
        let wrong = || DomainError::field("pipeline", format!("must be one of {}", known.join(", ")));
        self.pipeline(&key.to_lowercase()).ok_or_else(wrong)
    }

    /// A filter by stages: a comma list of words. One that is no stage of any pipeline is refused with those there are.
    pub fn filter(&self, given: Option<&str>) -> kernel::Result<Option<String>> {
        given.filter(|g| !g.trim().is_empty()).map(|words| SALES.keys(&self.0, words)).transpose()
    }

    /// The word for where a deal stands.
    pub fn word(&self, deal: &Deal) -> String {
        SALES.word_of(self.pipeline(&deal.pipeline), &deal.stage, &deal.outcome)
    }

    /// The word for a stage that may be gone by now.
    pub fn word_in(&self, pipeline: &str, key: &str) -> String {
        let pipeline = self.pipeline(pipeline);
        let outcome = pipeline.and_then(|p| p.stage(key)).map_or("none", |s| s.outcome.as_str());
        SALES.word_of(pipeline, key, outcome)
    }
}

/// What is said of stages in a refusal, in this face's words.
pub fn spelt(error: DomainError, pipeline: &Pipeline) -> DomainError {
    match error {
        DomainError::Invalid { code, mut fields, .. } => {
            if let Some(told) = fields.get_mut("stage") {
                let known = format!("must be one of {}", SALES.all_of(pipeline).join(", "));
                told.iter_mut().filter(|m| m.starts_with("is not a stage")).for_each(|m| m.clone_from(&known));
            }
            match DomainError::invalid(fields) {
                DomainError::Invalid { message, fields, .. } => DomainError::Invalid { code, message, fields },
                other => other,
            }
        }
        DomainError::With { error, mut facts } => {
            for list in ["allowed", "reopen"] {
                let Some(keys) = facts.get_mut(list).and_then(Json::as_array_mut) else { continue };
                for key in keys {
                    if let Some(stage) = key.as_str().and_then(|k| pipeline.stage(k)) {
                        *key = json!(SALES.word(pipeline, stage));
                    }
                }
            }
            spelt(*error, pipeline).with(facts)
        }
        other => other,
    }
}
