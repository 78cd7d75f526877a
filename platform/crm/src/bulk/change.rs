//! What is done to each record.

use kernel::permission::Scope;
use kernel::validate::Checker;
use runtime::audit::Change as Told;
use runtime::{Ctx, Rows as _};
use sea_orm::Value;
use sea_orm::sea_query::{Expr, SelectStatement};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::{ChangeIn, DistributeIn};
use super::kind::Kind;
use crate::ownership::Wish;
use crate::{contacts, statuses};

/// The most tags of a record.
pub(super) const MOST_TAGS: usize = 30;

/// A change of records, as it is kept until it is done.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assign: Option<Assign>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    pub delete: bool,
}

/// Who gets the records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Assign {
    /// One, or several among whom they are spread.
    pub targets: Vec<Target>,
    /// Whether each record stays in its team.
    pub keep_team: bool,
    /// Of a spread by load: how many of the selection have gone out after each target; empty for in turn.
    pub upto: Vec<u64>,
}

/// One who gets records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub user: Option<Uuid>,
    pub team: Option<Uuid>,
}

impl Assign {
    /// Which target the `n`th record of the selection goes to.
    pub fn target_of(&self, n: u64) -> i32 {
        let last = self.targets.len().saturating_sub(1);
        let at = if self.upto.is_empty() {
            usize::try_from(n % self.targets.len().max(1) as u64).unwrap_or(0)
        } else {
            self.upto.iter().position(|end| n < *end).unwrap_or(last)
        };
        i32::try_from(at).unwrap_or(0)
    }
}

/// The condition that the settings let a lead go from one status to another. A list of which nothing is left binds
/// nobody.
pub(super) fn may_go(from: &str, to: &str) -> String {
    format!(
        "not exists (select 1 from statuses s where s.entity = 'lead' and s.key = {from} and {to} <> {from}
             and not {to} = any(s.transitions) and (s.transitions = '{{}}'
                 or exists (select 1 from statuses o where o.entity = 'lead' and o.key = any(s.transitions))))"
    )
}

/// The tags of a record after the change.
pub(super) fn tags_after(tags: &str, add: &str, remove: &str) -> String {
    format!(
        "(array(select u.t from unnest({tags}) with ordinality u (t, n) where not u.t = any({remove}::text[]) order by u.n)
          || array(select a.t from unnest({add}::text[]) with ordinality a (t, n) where not a.t = any({tags}) order by a.n))"
    )
}

impl Change {
    /// The permission that it needs.
    pub fn permission(&self, kind: Kind) -> &'static str {
        if self.assign.is_some() {
            kind.assign()
        } else if self.delete {
            kind.delete().unwrap_or(kind.update())
        } else {
            kind.update()
        }
    }

    pub fn has_tags(&self) -> bool {
        !self.add_tags.is_empty() || !self.remove_tags.is_empty()
    }

    /// Leaves out the records that are already as the change would make them, and those that can't be made so.
    pub fn leave_out_unchanged(&self, kind: Kind, select: &mut SelectStatement) {
        let a = kind.alias();
        let (mut texts, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
        let mut bind = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        if let Some(assign) = &self.assign {
            // Of a spread nobody can tell before who gets what.
            let [target] = assign.targets.as_slice() else { return };
            let mut text = format!("{a}.assigned_to is distinct from {}", bind(target.user.into()));
            if !assign.keep_team {
                text.push_str(&format!(" or {a}.team_id is distinct from {}", bind(target.team.into())));
            }
            texts.push(text);
        }
        if let Some(status) = &self.status {
            texts.push(format!("{a}.status <> {}", bind(status.clone().into())));
        }
        if !self.add_tags.is_empty() {
            texts.push(format!("not {a}.tags @> {}", bind(self.add_tags.clone().into())));
        }
        if !self.remove_tags.is_empty() {
            texts.push(format!("{a}.tags && {}", bind(self.remove_tags.clone().into())));
        }
        let mut text = format!("({})", texts.join(" or "));
        // Nor those that the settings let go no such way; no field of theirs is changed.
        if let Some(status) = self.status.as_ref().filter(|_| kind == Kind::Lead) {
            values.push(status.clone().into());
            text.push_str(&format!(" and {}", may_go(&format!("{a}.status"), &format!("${}", values.len()))));
        }
        if self.has_tags() {
            let mut bind = |tags: &Vec<String>| {
                values.push(tags.clone().into());
                format!("${}", values.len())
            };
            let (add, remove) = (bind(&self.add_tags), bind(&self.remove_tags));
            text.push_str(&format!(" and cardinality({}) <= {MOST_TAGS}", tags_after(&format!("{a}.tags"), &add, &remove)));
        }
        if !texts.is_empty() {
            select.and_where(Expr::cust_with_values(text, values));
        }
    }

    /// As the audit log tells it.
    pub fn told(&self) -> Vec<Told> {
        let line = |field: &str, new: Json| Told { field: field.to_owned(), old: Json::Null, new };
        let mut lines = Vec::new();
        match self.assign.as_ref().map(|a| (a, a.targets.as_slice())) {
            Some((assign, [target])) => {
                lines.push(line("assigned_to", json!(target.user)));
                if !assign.keep_team {
                    lines.push(line("team_id", json!(target.team)));
                }
            }
            Some((assign, many)) => {
                let how = if assign.upto.is_empty() { "round_robin" } else { "load" };
                lines.push(line("distributed_by", json!(how)));
                lines.push(line("distributed_to", json!(many.iter().map(|t| t.user).collect::<Vec<_>>())));
            }
            None => {}
        }
        if let Some(status) = &self.status {
            lines.push(line("status", json!(status)));
        }
        if !self.add_tags.is_empty() {
            lines.push(line("add_tags", json!(self.add_tags)));
        }
        if !self.remove_tags.is_empty() {
            lines.push(line("remove_tags", json!(self.remove_tags)));
        }
        if self.delete {
            lines.push(line("deleted", json!(true)));
        }
        lines
    }
}

/// What a request to assign asks for; `c` collects all faults. A spread has its targets, and no places yet.
pub(super) async fn read_assign(
    ctx: &Ctx,
    c: &mut Checker,
    kind: Kind,
    wish: &Wish,
    distribute: Option<&DistributeIn>,
) -> kernel::Result<Option<(Assign, bool)>> {
    let scope = ctx.require(kind.assign())?;
    if let Some(distribute) = distribute {
        if wish.user.is_some() || wish.team.is_some() {
            c.add("distribute", "can't go with assigned_to or team_id");
        }
        return super::distribute::read(ctx, c, scope, distribute).await;
    }
    if wish.user.is_none() && wish.team.is_none() {
        c.add("assigned_to", "is required, or team_id, or distribute");
        return Ok(None);
    }
    let mut target = Target { user: wish.user.flatten(), team: wish.team.flatten() };
    if let Some(id) = target.user {
        let sql = "select team_id from users where id = $1 and status <> 'inactive'";
        match ctx.tx().scalar::<Option<Uuid>>(sql, [id.into()]).await? {
            // The team follows the owner, unless the caller names another.
            Some(team) if wish.team.is_none() => target.team = team,
            Some(_) => {}
            None => c.add("assigned_to", "is not an active user"),
        }
    }
    if let Some(id) = wish.team.flatten()
        && ctx.tx().scalar::<i32>("select 1 from teams where id = $1", [id.into()]).await?.is_none()
    {
        c.add("team_id", "is not a team");
    }
    // Whose owner is taken away stays where it is, unless the team is named, too.
    let keep_team = target.user.is_none() && wish.team.is_none();
    if c.is_ok() && !reaches(ctx, scope, target, keep_team) {
        c.add("assigned_to", "is outside the teams you may assign to");
    }
    Ok(Some((Assign { targets: vec![target], keep_team, upto: Vec::new() }, false)))
}

/// Whether the actor may give records to a target.
pub(super) fn reaches(ctx: &Ctx, scope: Scope, target: Target, keep_team: bool) -> bool {
    // What stays in its team stays in the scope of whoever has the team.
    (keep_team && scope != Scope::Own) || ctx.actor().covers(scope, target.user, target.team)
}

/// What a request to change records asks for; `c` collects all faults.
pub(super) async fn read_change(ctx: &Ctx, c: &mut Checker, kind: Kind, input: Option<&ChangeIn>) -> kernel::Result<Change> {
    // Whoever may do neither need not be told what is wrong with the rest.
    if kind.delete().is_none_or(|permission| ctx.actor().scope(permission).is_none()) {
        ctx.require(kind.update())?;
    }
    let Some(input) = input else {
        c.add("change", "is required");
        return Ok(Change::default());
    };
    let change = Change {
        assign: None,
        status: c.optional("change.status", input.status.as_deref(), 100),
        add_tags: tags(c, "change.add_tags", input.add_tags.as_deref()),
        remove_tags: tags(c, "change.remove_tags", input.remove_tags.as_deref()),
        delete: input.delete.unwrap_or(false),
    };
    let edits = change.status.is_some() || change.has_tags();
    if !edits && !change.delete && c.is_ok() {
        c.add("change", "must name a status, tags or delete");
    }
    if edits && change.delete {
        c.add("change.delete", "can't go with other changes");
    }
    if change.delete && !kind.can_be_deleted() {
        c.add("change.delete", "is not possible for leads");
    }
    if change.add_tags.iter().any(|tag| change.remove_tags.contains(tag)) {
        c.add("change.remove_tags", "names a tag that is to be added");
    }
    if change.delete || edits {
        ctx.require(change.permission(kind))?;
    }
    if let Some(status) = change.status.as_deref()
        && let Err(kernel::DomainError::Invalid { fields, .. }) = known(ctx, kind, status).await
    {
        fields.into_values().flatten().for_each(|message| c.add("change.status", message));
    }
    Ok(change)
}

/// Checks that records of a kind can have a status.
pub(super) async fn known(ctx: &Ctx, kind: Kind, status: &str) -> kernel::Result<()> {
    let wrong = |message: String| Err(kernel::DomainError::field("status", message));
    match kind {
        Kind::Client | Kind::Lead => statuses::known(ctx, kind.word(), status).await,
        Kind::Contact if contacts::entity::STATUSES.contains(&status) => Ok(()),
        Kind::Contact => wrong(format!("must be one of {}", contacts::entity::STATUSES.join(", "))),
        Kind::Opportunity | Kind::Deal => wrong("is not possible: each of them is moved by itself".to_owned()),
    }
}

fn tags(c: &mut Checker, field: &str, given: Option<&[String]>) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in given.unwrap_or_default() {
        if let Some(tag) = c.optional(field, Some(tag), 40)
            && !tags.contains(&tag)
        {
            tags.push(tag);
        }
    }
    if tags.len() > MOST_TAGS {
        c.add(field, format!("must not be more than {MOST_TAGS}"));
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_go_out_in_turn_or_by_places() {
        let target = Target { user: None, team: None };
        let mut assign = Assign { targets: vec![target; 3], keep_team: false, upto: Vec::new() };
        assert_eq!((0..7).map(|n| assign.target_of(n)).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0]);
        assign.upto = vec![1, 1, 4];
        assert_eq!((0..6).map(|n| assign.target_of(n)).collect::<Vec<_>>(), [0, 2, 2, 2, 2, 2]);
    }
}
