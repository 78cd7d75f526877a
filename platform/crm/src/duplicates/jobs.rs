//! The jobs that fill the queue: one looks for others like the clients whose identity changed, one goes
//! through all clients once a week, for those that came in some other way.

use chrono::{DateTime, Duration, Utc};
use kernel::DomainError;
use kernel::event::Event;
use kernel::job::{Job, JobError};
use kernel::permission::Scope;
use kernel::tenant::TenantKey;
use runtime::outbox::JobRun;
use runtime::{Ctx, Rows as _, SharedApp};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::evidence::{self, Among, Compared, Subject, counted, score};

/// Looks for others like the clients that wait for it.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindDuplicates {}

impl Job for FindDuplicates {
    const KIND: &'static str = "duplicates.find";

    fn dedupe_key(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }
}

/// Goes through all clients.
#[derive(Debug, Serialize, Deserialize)]
pub struct ScanDuplicates {}

impl Job for ScanDuplicates {
    const KIND: &'static str = "duplicates.scan";

    fn dedupe_key(&self) -> Option<String> {
        Some(Self::KIND.to_owned())
    }
}

/// Clients of one commit.
const CHUNK: i64 = 500;
/// What is less likely does not go into the queue, in per cent.
const LEAST: u32 = 60;
/// The most pairs of one commit that open screens are told of one by one.
const TOLD: usize = 20;
/// Days until all clients are gone through again.
const DAYS: i64 = 7;

#[derive(FromQueryResult)]
struct OnlyId {
    id: Uuid,
}

/// Runs [`FindDuplicates`].
pub async fn find(run: &JobRun) -> Result<(), JobError> {
    loop {
        let ctx = run.ctx("Duplicates").await?;
        let sql = "delete from duplicate_todo where ctid = any (array (select ctid from duplicate_todo limit $1 for update skip locked))
                   returning client_id as id";
        let ids: Vec<OnlyId> = ctx.tx().all(sql, [CHUNK.into()]).await.map_err(DomainError::from)?;
        if ids.is_empty() {
            run.finish(ctx).await?;
            return Ok(());
        }
        fill(&ctx, ids.into_iter().map(|r| r.id).collect()).await?;
        ctx.commit().await?;
    }
}

/// Runs [`ScanDuplicates`]; one that is interrupted goes on where it was.
pub async fn scan(run: &JobRun) -> Result<(), JobError> {
    loop {
        let ctx = run.ctx("Duplicates").await?;
        let sql = "select id from clients where ($1::uuid is null or id > $1) order by id limit $2";
        let from: Option<Uuid> = ctx
            .tx()
            .scalar::<Option<Uuid>>("select position from duplicate_scan", [])
            .await
            .map_err(DomainError::from)?
            .flatten();
        let ids: Vec<OnlyId> = ctx.tx().all(sql, [from.into(), CHUNK.into()]).await.map_err(DomainError::from)?;
        let ids: Vec<Uuid> = ids.into_iter().map(|r| r.id).collect();
        let (position, end) = (ids.last().copied(), ids.is_empty().then(|| ctx.now()));
        let sql = "update duplicate_scan set position = $1, finished_at = coalesce($2, finished_at)";
        ctx.tx().run(sql, [position.into(), end.into()]).await.map_err(DomainError::from)?;
        if ids.is_empty() {
            run.finish(ctx).await?;
            return Ok(());
        }
        fill(&ctx, ids).await?;
        ctx.commit().await?;
    }
}

#[derive(FromQueryResult)]
struct Kept {
    id: Uuid,
    a_owner: Option<Uuid>,
    a_team: Option<Uuid>,
    b_owner: Option<Uuid>,
    b_team: Option<Uuid>,
}

/// Brings the queue up to date for these clients: what is new goes in, what no longer holds goes out, and
/// what somebody decided stays decided.
async fn fill(ctx: &Ctx, ids: Vec<Uuid>) -> kernel::Result<()> {
    let compared = Compared::by(ctx, Among::Clients);
    let found = evidence::look(ctx, Subject::Clients(ids.clone()), Among::Clients, Scope::All, compared, true).await?;
    let (mut firsts, mut seconds, mut scores, mut reasons) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut seen = std::collections::BTreeSet::new();
    for ((subject, other), why) in found {
        let (a, b) = (subject.min(other), subject.max(other));
        let why = counted(&why);
        let likely = score(&why);
        // Both may be among the clients that were asked for.
        if likely >= LEAST && seen.insert((a, b)) {
            firsts.push(a);
            seconds.push(b);
            scores.push(f64::from(likely) / 100.0);
            reasons.push(why.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(" "));
        }
    }
    let sql = "with found as (
                   select * from unnest($2::uuid[], $3::uuid[], $4::float8[], $5::text[]) f (a_id, b_id, score, reasons)),
               gone as (
                   delete from duplicate_pairs p where p.state = 'open' and (p.a_id = any($1) or p.b_id = any($1))
                     and not exists (select from found f where f.a_id = p.a_id and f.b_id = p.b_id)),
               kept as (
                   insert into duplicate_pairs as p (id, a_id, b_id, score, reasons, found_at)
                   select gen_random_uuid(), f.a_id, f.b_id, f.score, string_to_array(f.reasons, ' '), $6 from found f
                   order by f.a_id, f.b_id
                   on conflict (a_id, b_id) do update set score = excluded.score, reasons = excluded.reasons
                   where p.state = 'open' and (p.score, p.reasons) is distinct from (excluded.score, excluded.reasons)
                   returning p.id, p.a_id, p.b_id)
               select k.id, a.assigned_to as a_owner, a.team_id as a_team, b.assigned_to as b_owner, b.team_id as b_team
               from kept k join clients a on a.id = k.a_id join clients b on b.id = k.b_id";
    let values = [ids.into(), firsts.into(), seconds.into(), scores.into(), reasons.into(), ctx.now().into()];
    let kept: Vec<Kept> = ctx.tx().all(sql, values).await?;
    for pair in kept.into_iter().take(TOLD) {
        let event = Event::new("duplicate.found", pair.id, "clients.merge");
        ctx.emit(event.covering(pair.a_owner, pair.a_team).covering(pair.b_owner, pair.b_team)).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct Due {
    waits: bool,
    finished_at: Option<DateTime<Utc>>,
}

/// Has the jobs run in one tenant that are due: who waits is not forgotten when a job ended a moment before,
/// and all clients are gone through once a week.
pub async fn tend(app: &SharedApp, key: TenantKey) -> kernel::Result<()> {
    let tenant = app.registry.by_key(key).await?;
    let ctx = Ctx::system(app, &tenant, "Schedule").await?;
    let sql = "select exists (select from duplicate_todo) as waits, (select finished_at from duplicate_scan) as finished_at";
    let Some(due) = ctx.tx().one::<Due>(sql, []).await? else { return Ok(()) };
    if due.waits {
        ctx.enqueue(&FindDuplicates {}).await?;
    }
    let scan = due.finished_at.is_none_or(|at| at < ctx.now() - Duration::days(DAYS));
    if scan {
        ctx.enqueue(&ScanDuplicates {}).await?;
    }
    if due.waits || scan { ctx.commit().await } else { Ok(()) }
}
