//! Finding the owner of a new record.

use kernel::validate::Checker;
use runtime::access::Kept;
use runtime::{Ctx, Rows as _, TenantTx};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::bulk::{Kind, loads};
use crate::ownership::Ownership;

/// What rules look at.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// ISO 639-1, if somebody told.
    pub language: Option<String>,
    /// Where the record came from.
    pub source: Option<String>,
    /// The partner who brought it.
    pub partner: Option<Uuid>,
}

impl Facts {
    /// The language that a form's metadata tells: `language` or `locale`, e.g. `de-AT`.
    pub fn language_of(metadata: &serde_json::Value) -> Option<String> {
        let told = ["language", "locale"].into_iter().find_map(|key| metadata.get(key)?.as_str())?;
        Self::language(told)
    }

    /// The ISO 639-1 code of a language tag, if it has one.
    pub fn language(tag: &str) -> Option<String> {
        let word: String = tag.trim().chars().take_while(char::is_ascii_alphabetic).collect();
        (word.len() == 2).then(|| word.to_lowercase())
    }
}

/// The language of a request's field.
pub(crate) fn checked_language(c: &mut Checker, given: Option<&str>) -> Option<String> {
    let tag = c.optional("language", given, 35)?;
    let code = Facts::language(&tag);
    if code.is_none() {
        c.add("language", "must be an ISO 639-1 code, e.g. de");
    }
    code
}

/// Who gets a record, and by which rule.
#[derive(Debug, Clone)]
pub struct Picked {
    /// The rule's name.
    pub rule: String,
    /// Who gets it.
    pub owner: Ownership,
}

#[derive(FromQueryResult)]
struct Fitting {
    id: Uuid,
}

#[derive(FromQueryResult)]
struct Rule {
    name: String,
    users: Vec<Uuid>,
    team_id: Option<Uuid>,
    method: String,
    max_open: Option<i32>,
    last_user: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct Member {
    id: Uuid,
    team_id: Option<Uuid>,
}

/// The condition under which a rule `a` fits: of `$1` kind, `$2` country, `$3` language, `$4` source, `$5`
/// partner.
const FITTING: &str = "select a.id from assignment_rules a
    where a.entity = $1 and a.enabled
      and (a.countries = '{}' or $2 = any(a.countries)) and (a.languages = '{}' or $3 = any(a.languages))
      and (a.sources = '{}' or lower($4) = any(a.sources)) and (a.partners = '{}' or $5 = any(a.partners))
    order by a.position, a.id";

/// The kinds of records that the tenant has rules for at all.
struct RuledKinds(Vec<String>);

#[derive(FromQueryResult)]
struct RuledKind {
    entity: String,
}

impl Kept for RuledKinds {
    async fn load(tx: &TenantTx) -> kernel::Result<Self> {
        let kinds: Vec<RuledKind> = tx.all("select distinct entity from assignment_rules where enabled", []).await?;
        Ok(Self(kinds.into_iter().map(|kind| kind.entity).collect()))
    }
}

/// The owner that the tenant's rules give a new record; `None` if no rule fits, or none has anybody with
/// room left. `entity` is `client` or `lead`. The rule stays locked until the commit: whoever asks next
/// gets the next one.
pub async fn pick(ctx: &Ctx, entity: &str, facts: &Facts) -> kernel::Result<Option<Picked>> {
    let Some(kind) = Kind::of_word(entity) else { return Ok(None) };
    if !ctx.kept::<RuledKinds>().await?.0.iter().any(|ruled| ruled == entity) {
        return Ok(None);
    }
    let fitting: Vec<Fitting> = ctx
        .tx()
        .all(
            FITTING,
            [
                entity.into(),
                facts.country.clone().into(),
                facts.language.clone().into(),
                facts.source.clone().into(),
                facts.partner.into(),
            ],
        )
        .await?;
    for rule in fitting {
        if let Some(picked) = next_of(ctx, kind, rule.id).await? {
            return Ok(Some(picked));
        }
    }
    Ok(None)
}

/// The ownership of a new record: as it is, or by the rules if it would be nobody's; and the name of the rule.
pub async fn of_new(ctx: &Ctx, entity: &str, owner: Ownership, facts: &Facts) -> kernel::Result<(Ownership, Option<String>)> {
    if owner != Ownership::default() {
        return Ok((owner, None));
    }
    Ok(pick(ctx, entity, facts).await?.map_or((owner, None), |picked| (picked.owner, Some(picked.rule))))
}

/// Whether the tenant has rules for such records at all.
pub(crate) async fn has_rules(ctx: &Ctx, entity: &str) -> kernel::Result<bool> {
    let sql = "select 1 from assignment_rules where entity = $1 and enabled limit 1";
    Ok(ctx.tx().scalar::<i32>(sql, [entity.into()]).await?.is_some())
}

/// A rule that is asked for many records at once, and where its turn is.
struct Turns {
    rule: Rule,
    members: Vec<Member>,
    open: Vec<u64>,
    last: Option<usize>,
}

/// The owners that the rules give many new records, in their order; nobody where no rule fits. Each rule is
/// locked and asked once, and takes its turns in between by itself.
pub(crate) async fn pick_many(ctx: &Ctx, entity: &str, all: &[Facts]) -> kernel::Result<Vec<Ownership>> {
    let Some(kind) = Kind::of_word(entity) else { return Ok(vec![Ownership::default(); all.len()]) };
    let sql = "select id from assignment_rules where entity = $1 and enabled order by position, id for update";
    let ids: Vec<Fitting> = ctx.tx().all(sql, [entity.into()]).await?;
    let mut rules = Vec::new();
    for id in &ids {
        let sql = "select name, users, team_id, method, max_open, last_user, countries, languages, sources, partners
                   from assignment_rules where id = $1";
        let Some(rule) = ctx.tx().one::<RuleOfMany>(sql, [id.id.into()]).await? else { continue };
        let turns = turns(ctx, kind, rule.rule()).await?;
        rules.push((id.id, rule, turns));
    }
    let mut owners = Vec::with_capacity(all.len());
    for facts in all {
        let fitting = rules.iter_mut().filter(|(_, rule, _)| rule.fits(facts));
        owners.push(fitting.map(|(_, _, turns)| turns.next()).find_map(|owner| owner).unwrap_or_default());
    }
    for (id, _, turns) in &rules {
        let last = turns.last.map(|at| turns.members[at].id);
        if last != turns.rule.last_user && last.is_some() {
            let sql = "update assignment_rules set last_user = $2 where id = $1";
            ctx.tx().run(sql, [(*id).into(), last.into()]).await?;
        }
    }
    Ok(owners)
}

#[derive(FromQueryResult)]
struct RuleOfMany {
    name: String,
    users: Vec<Uuid>,
    team_id: Option<Uuid>,
    method: String,
    max_open: Option<i32>,
    last_user: Option<Uuid>,
    countries: Vec<String>,
    languages: Vec<String>,
    sources: Vec<String>,
    partners: Vec<Uuid>,
}

impl RuleOfMany {
    fn rule(&self) -> Rule {
        Rule {
            name: self.name.clone(),
            users: self.users.clone(),
            team_id: self.team_id,
            method: self.method.clone(),
            max_open: self.max_open,
            last_user: self.last_user,
        }
    }

    /// As [`FITTING`] asks.
    fn fits(&self, facts: &Facts) -> bool {
        let word = |list: &[String], value: Option<&str>| list.is_empty() || value.is_some_and(|v| list.iter().any(|l| l == v));
        word(&self.countries, facts.country.as_deref())
            && word(&self.languages, facts.language.as_deref())
            && word(&self.sources, facts.source.as_deref().map(str::to_lowercase).as_deref())
            && (self.partners.is_empty() || facts.partner.is_some_and(|p| self.partners.contains(&p)))
    }
}

impl Turns {
    fn next(&mut self) -> Option<Ownership> {
        let most = self.rule.max_open.map_or(u64::MAX, |most| u64::from(most.unsigned_abs()));
        let at = choose(&self.open, most, self.last, self.rule.method == "load")?;
        self.last = Some(at);
        self.open[at] += 1;
        Some(Ownership { user: Some(self.members[at].id), team: self.members[at].team_id })
    }
}

async fn turns(ctx: &Ctx, kind: Kind, rule: Rule) -> kernel::Result<Turns> {
    let members = members(ctx, &rule).await?;
    let last = rule.last_user.and_then(|last| members.iter().position(|m| m.id == last));
    let open = if rule.method == "load" || rule.max_open.is_some() {
        loads(ctx, kind, &members.iter().map(|m| m.id).collect::<Vec<_>>()).await?
    } else {
        vec![0; members.len()]
    };
    Ok(Turns { rule, members, open, last })
}

async fn members(ctx: &Ctx, rule: &Rule) -> kernel::Result<Vec<Member>> {
    let sql = "select id, team_id from users where status = 'active' and (id = any($1) or team_id = $2)
               order by array_position($1, id), lower(name), id";
    Ok(ctx.tx().all(sql, [rule.users.clone().into(), rule.team_id.into()]).await?)
}

async fn next_of(ctx: &Ctx, kind: Kind, id: Uuid) -> kernel::Result<Option<Picked>> {
    // Read again under the lock: whoever had it before has moved the turn on.
    let sql = "select name, users, team_id, method, max_open, last_user from assignment_rules
               where id = $1 and enabled for update";
    let Some(rule) = ctx.tx().one::<Rule>(sql, [id.into()]).await? else { return Ok(None) };
    let members = members(ctx, &rule).await?;
    let last = rule.last_user.and_then(|last| members.iter().position(|m| m.id == last));
    let by_load = rule.method == "load";
    let open = if by_load || rule.max_open.is_some() {
        loads(ctx, kind, &members.iter().map(|m| m.id).collect::<Vec<_>>()).await?
    } else {
        vec![0; members.len()]
    };
    let most = rule.max_open.map_or(u64::MAX, |most| u64::from(most.unsigned_abs()));
    let Some(at) = choose(&open, most, last, by_load) else { return Ok(None) };
    let next = &members[at];
    let sql = "update assignment_rules set last_user = $2 where id = $1";
    ctx.tx().run(sql, [id.into(), next.id.into()]).await?;
    Ok(Some(Picked { rule: rule.name, owner: Ownership { user: Some(next.id), team: next.team_id } }))
}

/// Whose turn it is: of those with room, the next after the last one, or who has the least to do.
fn choose(open: &[u64], most: u64, last: Option<usize>, by_load: bool) -> Option<usize> {
    let count = open.len();
    let from = last.map_or(0, |last| last + 1);
    let turns = (0..count).map(|n| (from + n) % count).filter(|at| open[*at] < most);
    if by_load { turns.min_by_key(|at| open[*at]) } else { turns.into_iter().next() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_go_round_and_pass_over_who_is_full() {
        assert_eq!(choose(&[0, 0, 0], 9, None, false), Some(0));
        assert_eq!(choose(&[0, 0, 0], 9, Some(2), false), Some(0));
        assert_eq!(choose(&[9, 9, 1], 9, Some(2), false), Some(2));
        assert_eq!(choose(&[9, 9], 9, Some(0), false), None);
        assert_eq!(choose(&[], 9, None, true), None);
        assert_eq!(choose(&[3, 1, 1], 9, Some(1), true), Some(2), "of two with the same, the one whose turn it is");
    }

    #[test]
    fn languages_come_from_what_forms_tell() {
        let of = |json| Facts::language_of(&json);
        assert_eq!(of(serde_json::json!({ "locale": "de-AT" })).as_deref(), Some("de"));
        assert_eq!(of(serde_json::json!({ "language": "AR" })).as_deref(), Some("ar"));
        assert_eq!(of(serde_json::json!({ "locale": 7 })), None);
        assert_eq!(of(serde_json::json!({ "language": "fil-PH" })), None);
    }
}
