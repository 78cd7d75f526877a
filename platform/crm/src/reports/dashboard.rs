//! How a user has arranged the figures: which widgets, in which order and size. Everybody's own.

use kernel::DomainError;
use kernel::validate::Checker;
use runtime::audit::{self, Change};
use runtime::{Ctx, Rows as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// The dashboard that is kept in the table under this name.
const NAME: &str = "sales";

/// A widget in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    /// What it shows.
    pub key: String,
    /// `s`, `m` or `l`: a quarter, a half or the whole of the width.
    pub size: String,
}

/// A widget that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// What it shows.
    pub key: &'static str,
    /// The sizes that it can have, the usual one first.
    pub sizes: &'static [&'static str],
    /// The permissions one of which it needs; none for every reader of reports.
    pub needs: &'static [&'static str],
    /// Whether it is there until somebody arranges their own.
    pub usual: bool,
}

const NUMBER: &[&str] = &["s", "m"];
const CHART: &[&str] = &["m", "l"];
const WIDE: &[&str] = &["l", "m"];
const SALES: &[&str] = &["deals.read", "opportunities.read"];

const fn known(key: &'static str, sizes: &'static [&'static str], needs: &'static [&'static str], usual: bool) -> Known {
    Known { key, sizes, needs, usual }
}

/// Every widget, in the usual order.
pub const WIDGETS: &[Known] = &[
    known("contacts", NUMBER, &["contacts.read"], true),
    known("open_opportunities", NUMBER, &["opportunities.read"], true),
    known("pipeline_value", NUMBER, &["deals.read"], true),
    known("closed_this_month", NUMBER, SALES, true),
    known("won_value", NUMBER, SALES, true),
    known("win_rate", NUMBER, SALES, true),
    known("average_deal", NUMBER, SALES, true),
    known("cycle_days", NUMBER, SALES, true),
    known("stages", CHART, SALES, true),
    known("forecast", CHART, SALES, true),
    known("won", CHART, SALES, true),
    known("funnel", CHART, SALES, true),
    known("activity", WIDE, &["activities.read"], true),
    known("performers", CHART, SALES, true),
    known("teams", CHART, SALES, true),
    known("close_rate", NUMBER, SALES, false),
    known("lost_value", NUMBER, SALES, false),
    known("weighted_value", NUMBER, &["deals.read"], false),
    known("activities", NUMBER, &["activities.read"], false),
];

/// An arrangement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dashboard {
    /// What is shown, in order.
    pub widgets: Vec<Widget>,
    /// Whether it is the usual one, which nobody has arranged.
    pub is_usual: bool,
    /// What can be shown.
    pub available: Vec<Known>,
}

fn available(ctx: &Ctx) -> Vec<Known> {
    let may = |w: &&Known| w.needs.is_empty() || w.needs.iter().any(|p| ctx.actor().scope(p).is_some());
    WIDGETS.iter().filter(may).copied().collect()
}

fn usual() -> Vec<Widget> {
    let widget = |k: &Known| Widget { key: k.key.to_owned(), size: k.sizes.first().copied().unwrap_or("m").to_owned() };
    WIDGETS.iter().filter(|k| k.usual).map(widget).collect()
}

async fn kept(ctx: &Ctx, user: Option<Uuid>) -> kernel::Result<Option<Vec<Widget>>> {
    let Some(user) = user else { return Ok(None) };
    let sql = "select widgets from dashboards where user_id = $1 and name = $2";
    let kept: Option<Json> = ctx.tx().scalar(sql, [user.into(), NAME.into()]).await?;
    // What an older version kept and this one does not understand is as good as nothing.
    Ok(kept.and_then(|json| serde_json::from_value(json).ok()))
}

/// The actor's own arrangement, as far as they may see the figures; the usual one for who has none.
pub async fn get(ctx: &Ctx) -> kernel::Result<Dashboard> {
    ctx.require("reports.read")?;
    let kept = kept(ctx, ctx.user_id()).await?;
    let available = available(ctx);
    let is_usual = kept.is_none();
    let mut widgets = kept.unwrap_or_else(usual);
    widgets.retain(|w| available.iter().any(|k| k.key == w.key && k.sizes.contains(&w.size.as_str())));
    Ok(Dashboard { widgets, is_usual, available })
}

/// A user of their own is needed to have an arrangement.
fn user(ctx: &Ctx) -> kernel::Result<Uuid> {
    ctx.user_id().ok_or_else(|| DomainError::Forbidden {
        code: "users_only",
        message: "A dashboard belongs to a user; an API key has none.".to_owned(),
    })
}

fn lines(old: Option<&Vec<Widget>>, new: Option<&Vec<Widget>>) -> Vec<Change> {
    let fact = |widgets: Option<&Vec<Widget>>| match widgets {
        Some(widgets) => json!({ "widgets": widgets.iter().map(|w| format!("{}:{}", w.key, w.size)).collect::<Vec<_>>() }),
        None => json!({}),
    };
    audit::diff(&fact(old), &fact(new))
}

/// Keeps the actor's arrangement. What they may not see, and had arranged when they might, stays at the end.
pub async fn put(ctx: &Ctx, wanted: Option<Vec<Widget>>) -> kernel::Result<Dashboard> {
    ctx.require("reports.read")?;
    let user = user(ctx)?;
    let available = available(ctx);
    let mut c = Checker::new();
    let Some(mut widgets) = wanted else {
        return Err(DomainError::field("widgets", "is required"));
    };
    for (n, widget) in widgets.iter().enumerate().take(WIDGETS.len() + 1) {
        let field = format!("widgets[{n}]");
        match available.iter().find(|k| k.key == widget.key) {
            None => c.add(&field, "is not a widget"),
            Some(known) if !known.sizes.contains(&widget.size.as_str()) => {
                c.add(&field, format!("must have one of the sizes {}", known.sizes.join(", ")));
            }
            Some(_) if widgets[..n].iter().any(|w| w.key == widget.key) => c.add(&field, "is there twice"),
            Some(_) => {}
        }
    }
    if widgets.len() > WIDGETS.len() {
        c.add("widgets", "are more than there are");
    }
    c.finish()?;
    let old = kept(ctx, Some(user)).await?;
    let hidden = |w: &&Widget| WIDGETS.iter().any(|k| k.key == w.key) && !available.iter().any(|k| k.key == w.key);
    widgets.extend(old.iter().flatten().filter(hidden).cloned());
    let value = serde_json::to_value(&widgets).map_err(|e| DomainError::internal(e.to_string()))?;
    let sql = "insert into dashboards (user_id, name, widgets, updated_at) values ($1, $2, $3, $4)
               on conflict (user_id, name) do update set widgets = excluded.widgets, updated_at = excluded.updated_at";
    ctx.tx().run(sql, [user.into(), NAME.into(), value.into(), ctx.now().into()]).await?;
    let changes = lines(old.as_ref(), Some(&widgets));
    if !changes.is_empty() {
        ctx.audit("dashboard.arranged", "dashboard", None, changes).await?;
    }
    get(ctx).await
}

/// Back to the usual arrangement.
pub async fn reset(ctx: &Ctx) -> kernel::Result<Dashboard> {
    ctx.require("reports.read")?;
    let user = user(ctx)?;
    let old = kept(ctx, Some(user)).await?;
    let gone = ctx.tx().run("delete from dashboards where user_id = $1 and name = $2", [user.into(), NAME.into()]).await?;
    if gone > 0 {
        ctx.audit("dashboard.reset", "dashboard", None, lines(old.as_ref(), None)).await?;
    }
    get(ctx).await
}
