//! `/clients/merge`, `/merges`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::access::Actor;
use runtime::http::{ApiResult, OptionalJson, Staff};
use serde_json::{Value, json};
use uuid::Uuid;

use super::entity::{self, Listed};
use super::seen::{self, Clear};
use super::service::{self, Merged};
use super::split::{self, Split};
use super::subject::CLIENT;
use crate::clients::collisions;
use crate::clients::entity::Client;
use crate::clients::http::ClientOut;

/// Two clients, or two contacts, who are one person.
#[derive(Debug, Default, Object)]
pub struct MergeIn {
    /// The one that stays. Required.
    pub keep_id: Option<String>,
    /// The one that becomes part of it. Required.
    pub drop_id: Option<String>,
    /// The version of the kept one that the caller saw.
    pub keep_version: Option<i32>,
    /// The version of the other that the caller saw.
    pub drop_version: Option<i32>,
    /// Whose value stays, `keep` or `drop`, by field. Of both: `first_name`, `last_name`, `email`, `phone`, `status`,
    /// `source`, `owner` (user and team) and `custom.<key>`; of clients: `country`, `address`, `date_of_birth`,
    /// `follow_up` (date and note), `partner`; of contacts: `company`, `job_title`, `rating`, `description`,
    /// `client`. What is not named is the kept one's, unless it has none.
    pub fields: Option<BTreeMap<String, String>>,
    /// Changes nothing and says what would come of it.
    pub dry_run: Option<bool>,
}

/// A field in which the two differ.
#[derive(Debug, Object)]
pub struct ConflictOut {
    /// As in `fields` of the request.
    pub field: String,
    /// The kept one's value; null if it has none. `owner` is `{assigned_to, assigned_to_name, team_id,
    /// team_name}`, `follow_up` `{follow_up_at, follow_up_note}`, `partner` `{partner_id, partner_name}`, `client`
    /// `{client_id, client_name}`.
    #[oai(nullable)]
    pub keep: Option<Value>,
    /// The other's value.
    #[oai(nullable)]
    pub drop: Option<Value>,
    /// Whose stays: `keep` or `drop`.
    pub chosen: String,
    /// Whether the caller may take the other's: not of a field that they do not see in clear.
    pub choosable: bool,
}

/// Two clients are one, or would be.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MergedOut {
    /// For `POST /merges/{id}/split`; absent where nothing was changed.
    pub merge_id: Option<Uuid>,
    /// The kept client as it is by now.
    pub record: ClientOut,
    /// The kept client as it was.
    pub keep: ClientOut,
    /// The other as it was.
    pub drop: ClientOut,
    /// The fields in which they differ.
    pub conflicts: Vec<ConflictOut>,
    /// How much came along: `documents`, `consents`, `registrations`, `leads`.
    pub moved: BTreeMap<String, u64>,
}

/// Somebody who merged or split.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MergerOut {
    /// The user or API key.
    pub id: Option<Uuid>,
    /// The name.
    pub name: String,
}

/// A merge.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct MergeOut {
    /// Its id.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: MergerOut,
    /// The client or contact that stayed.
    pub keep_id: Uuid,
    /// Its name.
    pub keep_name: String,
    /// The one that became part of it.
    pub drop_id: Uuid,
    /// Its name.
    pub drop_name: String,
    /// When it was split.
    pub split_at: Option<DateTime<Utc>>,
    /// By whom.
    pub split_by: Option<MergerOut>,
    /// Whether it can be split now.
    pub can_split: bool,
    /// Later merges that have to be split first, in this order.
    pub blocked_by: Vec<Uuid>,
}

impl From<Listed> for MergeOut {
    fn from(m: Listed) -> Self {
        Self {
            can_split: m.split_at.is_none() && m.blocked_by.is_empty(),
            blocked_by: if m.split_at.is_none() { m.blocked_by } else { Vec::new() },
            id: m.id,
            at: m.at,
            by: MergerOut { id: m.actor_id, name: m.actor_name },
            keep_id: m.keep_id,
            keep_name: m.keep_name,
            drop_id: m.drop_id,
            drop_name: m.drop_name,
            split_at: m.split_at,
            split_by: m.split_by_name.map(|name| MergerOut { id: m.split_by, name }),
        }
    }
}

/// The merges that a client or a contact was in.
#[derive(Debug, Object)]
pub struct MergesOut {
    /// Newest first, at most 100.
    pub data: Vec<MergeOut>,
}

/// How to split.
#[derive(Debug, Default, Object)]
pub struct SplitIn {
    /// Changes nothing and says what would come of it.
    pub dry_run: Option<bool>,
}

/// A value that somebody changed after the merge.
#[derive(Debug, Object)]
pub struct LeftOut {
    /// As in `fields` of a merge.
    pub field: String,
    /// The value, which stays on the kept one; null if it was emptied.
    #[oai(nullable)]
    pub value: Option<Value>,
}

/// One client is two again, or would be.
#[derive(Debug, Object)]
pub struct SplitOut {
    /// The kept client as it is by now.
    pub kept: ClientOut,
    /// The other as it is by now.
    pub restored: ClientOut,
    /// Fields of the kept client that are again what they were before the merge.
    pub returned: Vec<String>,
    /// Fields that the merge had changed and somebody changed again since: they stay.
    pub left: Vec<LeftOut>,
    /// How much went back: `documents`, `consents`, `registrations`, `leads`.
    pub moved: BTreeMap<String, u64>,
}

/// A client in clear, as somebody with these levels may see it.
fn as_seen(ctx: &Ctx, seen: &Actor, client: Client) -> ClientOut {
    let mut out = ClientOut::of(ctx, client.clone());
    let put = |field: &str, shown: Option<String>| match field {
        "email" => out.email = shown,
        "phone" => out.phone = shown,
        "date_of_birth" => out.date_of_birth = shown,
        "address" => out.address = shown,
        _ => out.balance = shown,
    };
    let (masked, hidden) = seen::close(seen, &CLIENT, |field| client.value(field), put);
    (out.masked, out.hidden) = (masked, hidden);
    out
}

impl Clear for Client {
    fn value(&self, field: &str) -> Option<String> {
        match field {
            "email" => self.email.clone(),
            "phone" => self.phone.clone(),
            "date_of_birth" => self.date_of_birth.clone(),
            "address" => self.address.clone(),
            _ => self.balance.clone(),
        }
    }

    fn named(&self, field: &str, value: Value) -> Value {
        match field {
            "owner" => json!({
                "assigned_to": self.assigned_to, "assigned_to_name": self.assigned_to_name,
                "team_id": self.team_id, "team_name": self.team_name,
            }),
            "partner" => json!({ "partner_id": self.partner_id, "partner_name": self.partner_name }),
            "follow_up" => json!({ "follow_up_at": self.follow_up_at, "follow_up_note": self.follow_up_note }),
            _ => value,
        }
    }
}

impl MergedOut {
    fn of(ctx: &Ctx, seen: &Actor, merged: Merged, dry_run: bool) -> Self {
        Self {
            merge_id: (!dry_run).then_some(merged.id),
            conflicts: seen::conflicts(seen, &CLIENT, merged.conflicts, &merged.keep, &merged.drop),
            record: as_seen(ctx, seen, merged.record),
            keep: as_seen(ctx, seen, merged.keep),
            drop: as_seen(ctx, seen, merged.drop),
            moved: merged.moved,
        }
    }
}

impl SplitOut {
    fn of(ctx: &Ctx, seen: &Actor, split: Split) -> Self {
        Self {
            left: seen::left(seen, &CLIENT, split.left, &split.kept),
            returned: seen::returned(seen, &CLIENT, split.returned),
            kept: as_seen(ctx, seen, split.kept),
            restored: as_seen(ctx, seen, split.restored),
            moved: split.moved,
        }
    }
}

/// Merges.
pub struct MergesApi;

#[OpenApi]
impl MergesApi {
    /// Merge two clients who are one person
    ///
    /// What points at the dropped one moves to the kept one; the dropped one is deleted and comes back with
    /// `POST /merges/{id}/split`. With `dry_run` nothing is changed: the answer is what the merge would answer,
    /// without `merge_id`.
    #[oai(path = "/clients/merge", method = "post", operation_id = "mergeClients")]
    async fn merge(&self, auth: Staff, body: Json<MergeIn>) -> ApiResult<Json<MergedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let merged = service::merge(&ctx, &auth.0.actor, &body.0).await?;
        let dry_run = body.0.dry_run == Some(true);
        let out = MergedOut::of(&ctx, &auth.0.actor, merged, dry_run);
        if !dry_run {
            ctx.commit_reply(200, &out).await?;
        }
        Ok(Json(out))
    }

    /// List the merges of a client
    ///
    /// Those in which it was kept and those in which it was dropped.
    #[oai(path = "/merges", method = "get", operation_id = "listMerges")]
    async fn list(
        &self,
        auth: Staff,
        /// The client's id. Required.
        client_id: Query<Option<String>>,
    ) -> ApiResult<Json<MergesOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let data = entity::of_client(&ctx, client_id.0.as_deref()).await?.into_iter().map(Into::into).collect();
        Ok(Json(MergesOut { data }))
    }

    /// Split two clients who were merged
    ///
    /// What moved goes back, and what the merge changed of the kept one is again as it was, unless somebody
    /// changed it since: that stays and is listed. Of several merges the last one is split first (409
    /// `split_blocked`). With `dry_run` nothing is changed.
    #[oai(path = "/merges/:id/split", method = "post", operation_id = "splitMerge")]
    async fn split(&self, auth: Staff, id: Path<Uuid>, body: OptionalJson<SplitIn>) -> ApiResult<Json<SplitOut>> {
        collisions::may_ask(&auth.0).await?;
        let ctx = auth.0.begin_carrying().await?;
        let split = match split::split(&ctx, id.0).await {
            Ok(split) => split,
            Err(e) => return Err(collisions::counted(&auth.0, ctx, e).await.into()),
        };
        let out = SplitOut::of(&ctx, &auth.0.actor, split);
        if body.0.is_none_or(|b| b.dry_run != Some(true)) {
            ctx.commit_reply(200, &out).await?;
        }
        Ok(Json(out))
    }
}
