//! Reading pipelines.

use kernel::DomainError;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;

/// A stage of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub struct Stage {
    /// Its pipeline.
    pub pipeline_key: String,
    /// Stable key; deals hold it.
    pub key: String,
    /// The tenant's word.
    pub label: String,
    /// One of the eight hues.
    pub hue: String,
    /// How likely a deal here is won, in percent.
    pub probability: i32,
    /// `none`, `won` or `lost`.
    pub outcome: String,
    /// Order.
    pub position: i32,
    /// Keys of the stages that may follow; none lets all of them.
    pub transitions: Option<Vec<String>>,
    /// What a deal must have to come in.
    pub required: Vec<String>,
}

/// A pipeline with its stages in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pipeline {
    /// Stable key; deals hold it.
    pub key: String,
    /// The tenant's word.
    pub name: String,
    /// Order.
    pub position: i32,
    /// Whether new deals go here.
    pub is_default: bool,
    /// Whether it takes no new deals.
    pub archived: bool,
    /// From left to right.
    pub stages: Vec<Stage>,
}

#[derive(FromQueryResult)]
struct Row {
    key: String,
    name: String,
    position: i32,
    is_default: bool,
    archived: bool,
}

impl Pipeline {
    /// A stage by its key.
    pub fn stage(&self, key: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| s.key == key)
    }

    /// Where new deals begin.
    pub fn first(&self) -> Option<&Stage> {
        self.stages.iter().find(|s| s.outcome == "none").or_else(|| self.stages.first())
    }

    /// The first stage of an outcome.
    pub fn ending(&self, outcome: &str) -> Option<&Stage> {
        self.stages.iter().find(|s| s.outcome == outcome)
    }

    /// Keys of the stages to which a deal may go from one of them. From one that is won or lost nothing
    /// leads on but `reopen`.
    pub fn following(&self, from: &Stage, reopen: bool) -> Vec<&str> {
        if from.outcome != "none" && !reopen {
            return Vec::new();
        }
        let allowed = |s: &&Stage| s.key != from.key && from.transitions.as_ref().is_none_or(|keys| keys.contains(&s.key));
        self.stages.iter().filter(allowed).map(|s| s.key.as_str()).collect()
    }
}

/// Whether the actor works with deals at all.
pub(crate) fn may_read(ctx: &Ctx) -> kernel::Result<()> {
    let any = ["opportunities.read", "pipelines.manage"].iter().any(|p| ctx.actor().scope(p).is_some());
    if any { Ok(()) } else { ctx.require("deals.read").map(|_| ()) }
}

/// Every pipeline, in order, whoever asks.
pub(crate) async fn all(ctx: &Ctx) -> kernel::Result<Vec<Pipeline>> {
    let sql = "select key, name, position, is_default, archived from pipelines order by position, key";
    let rows: Vec<Row> = ctx.tx().all(sql, []).await?;
    let sql = "select pipeline_key, key, label, hue, probability, outcome, position, transitions, required
               from pipeline_stages order by position, key";
    let stages: Vec<Stage> = ctx.tx().all(sql, []).await?;
    let of = |key: &str| stages.iter().filter(|s| s.pipeline_key == key).cloned().collect();
    Ok(rows
        .into_iter()
        .map(|r| Pipeline {
            stages: of(&r.key),
            key: r.key,
            name: r.name,
            position: r.position,
            is_default: r.is_default,
            archived: r.archived,
        })
        .collect())
}

/// Every pipeline, in order.
pub async fn list(ctx: &Ctx) -> kernel::Result<Vec<Pipeline>> {
    may_read(ctx)?;
    all(ctx).await
}

/// One pipeline.
pub async fn get(ctx: &Ctx, key: &str) -> kernel::Result<Pipeline> {
    list(ctx).await?.into_iter().find(|p| p.key == key).ok_or_else(|| DomainError::not_found("Pipeline"))
}

/// The pipeline of this key, or the default one.
pub async fn chosen(ctx: &Ctx, key: Option<&str>) -> kernel::Result<Pipeline> {
    let all = all(ctx).await?;
    match key.filter(|k| !k.is_empty()) {
        Some(key) => {
            let known: Vec<&str> = all.iter().map(|p| p.key.as_str()).collect();
            let wrong = DomainError::field("pipeline", format!("is not a pipeline; choose one of {}", known.join(", ")));
            all.into_iter().find(|p| p.key == key).ok_or(wrong)
        }
        None => {
            let at = all.iter().position(|p| p.is_default).unwrap_or(0);
            all.into_iter().nth(at).ok_or_else(|| DomainError::internal("the tenant has no pipeline"))
        }
    }
}

/// How many deals and opportunities stand in a stage.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Standing {
    /// The pipeline.
    pub pipeline_key: String,
    /// The stage.
    pub stage: String,
    /// How many; deleted ones do not count.
    pub deals: i64,
}

/// How many deals stand in each stage, for who sets pipelines up; they see all of them.
pub(super) async fn standing(ctx: &Ctx) -> kernel::Result<Option<Vec<Standing>>> {
    if ctx.actor().scope("pipelines.manage").is_none() {
        return Ok(None);
    }
    let sql = "select pipeline_key, stage, count(*) as deals from deals where deleted_at is null group by 1, 2";
    Ok(Some(ctx.tx().all(sql, []).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(key: &str, outcome: &str, transitions: Option<&[&str]>) -> Stage {
        Stage {
            pipeline_key: "sales".into(),
            key: key.into(),
            label: key.into(),
            hue: "blue".into(),
            probability: 50,
            outcome: outcome.into(),
            position: 0,
            transitions: transitions.map(|keys| keys.iter().map(|k| (*k).to_owned()).collect()),
            required: Vec::new(),
        }
    }

    #[test]
    fn ways_are_those_that_are_drawn() {
        let pipeline = Pipeline {
            key: "sales".into(),
            name: "Sales".into(),
            position: 0,
            is_default: true,
            archived: false,
            stages: vec![
                stage("lead", "none", Some(&["offer", "lost"])),
                stage("offer", "none", None),
                stage("won", "won", None),
                stage("lost", "lost", Some(&["lead"])),
            ],
        };
        let following = |key: &str, reopen| pipeline.stage(key).map(|s| pipeline.following(s, reopen).join(" "));
        assert_eq!(following("lead", false).as_deref(), Some("offer lost"));
        assert_eq!(following("offer", false).as_deref(), Some("lead won lost"));
        assert_eq!(following("won", false).as_deref(), Some(""));
        assert_eq!(following("won", true).as_deref(), Some("lead offer lost"));
        assert_eq!(following("lost", true).as_deref(), Some("lead"));
        assert_eq!(pipeline.first().map(|s| s.key.as_str()), Some("lead"));
    }
}
