//! The client's KYC status follows its documents.

use kernel::DomainError;
use kernel::event::Event;
use runtime::audit::Change;
use runtime::{Ctx, Rows as _};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::kyc::{self, KindFacts, Standing};

#[derive(FromQueryResult)]
struct ClientRow {
    kyc_status: String,
    assigned_to: Option<Uuid>,
    team_id: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct KindRow {
    level: i32,
    required: bool,
    statuses: Vec<String>,
}

/// A change of one client's documents. While it is under way no other one is: the client's row is locked.
pub(super) struct Changing<'c> {
    ctx: &'c Ctx,
    client: Uuid,
    row: ClientRow,
    before: Option<Standing>,
}

impl<'c> Changing<'c> {
    /// Before the first document is touched.
    pub async fn begin(ctx: &'c Ctx, client: Uuid) -> kernel::Result<Self> {
        let sql = "select kyc_status, assigned_to, team_id from clients where id = $1 for no key update";
        let row: Option<ClientRow> = ctx.tx().one(sql, [client.into()]).await?;
        let row = row.ok_or_else(|| DomainError::not_found("Client"))?;
        let before = kyc::derived(&facts(ctx, client).await?);
        Ok(Self { ctx, client, row, before })
    }

    /// The same before a document is touched that was the client's a moment ago. Fails for the moment if it
    /// went to another client, with whom this one was merged, while the lock was waited for.
    pub async fn begin_with(ctx: &'c Ctx, client: Uuid, document: Uuid) -> kernel::Result<Self> {
        let changing = Self::begin(ctx, client).await?;
        let sql = "select client_id from documents where id = $1";
        match ctx.tx().scalar::<Uuid>(sql, [document.into()]).await? {
            Some(now) if now != client => {
                Err(DomainError::unavailable("busy", "This document was just moved. Please try again."))
            }
            _ => Ok(changing),
        }
    }

    /// Tells open screens what happened to a document of the client.
    pub async fn tell(&self, name: &str, document: Uuid) -> kernel::Result<()> {
        let event = Event::new(name, document, "documents.read");
        self.ctx.emit(event.covering(self.row.assigned_to, self.row.team_id)).await
    }

    /// After the last document was touched: writes the client's status if it is another one now.
    pub async fn finish(self) -> kernel::Result<()> {
        let after = kyc::derived(&facts(self.ctx, self.client).await?);
        let Some(current) = Standing::parse(&self.row.kyc_status) else { return Ok(()) };
        let next = kyc::next(current, self.before, after);
        if next == current {
            return Ok(());
        }
        self.ctx
            .tx()
            .run(
                "update clients set kyc_status = $2, updated_at = $3, last_activity_at = $3, version = version + 1 where id = $1",
                [self.client.into(), next.as_str().into(), self.ctx.now().into()],
            )
            .await?;
        let change = Change { field: "kyc_status".into(), old: current.as_str().into(), new: next.as_str().into() };
        self.ctx.audit("client.updated", "client", Some(self.client), vec![change]).await?;
        let event = Event::new("client.updated", self.client, "clients.read");
        self.ctx.emit(event.covering(self.row.assigned_to, self.row.team_id)).await
    }
}

/// What a client has of every kind that is asked for.
pub(crate) async fn facts(ctx: &Ctx, client: Uuid) -> kernel::Result<Vec<KindFacts>> {
    let sql = "select t.level, t.required,
                   coalesce(array_agg(d.status order by d.created_at desc, d.id desc) filter (where d.id is not null), '{}')
                       as statuses
               from document_types t
               left join documents d on d.type = t.key and d.client_id = $1 and d.superseded_by is null
               where not t.archived group by t.key, t.level, t.required";
    let rows: Vec<KindRow> = ctx.tx().all(sql, [client.into()]).await?;
    Ok(rows.into_iter().map(|r| KindFacts { level: r.level, required: r.required, statuses: r.statuses }).collect())
}
