//! `/contacts/merge`, `/contact-merges`.

use std::collections::BTreeMap;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::access::Actor;
use runtime::http::{ApiResult, OptionalJson, Staff};
use serde_json::{Value, json};
use uuid::Uuid;

use super::contacts::{self, Merged, Split};
use super::entity;
use super::http::{ConflictOut, LeftOut, MergeIn, MergesOut, SplitIn};
use super::seen::{self, Clear};
use super::subject::CONTACT;
use crate::contacts::entity::Contact;
use crate::contacts::http::ContactOut;

/// Two contacts are one, or would be.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ContactsMergedOut {
    /// For `POST /contact-merges/{id}/split`; absent where nothing was changed.
    pub merge_id: Option<Uuid>,
    /// The kept contact as it is by now.
    pub record: ContactOut,
    /// The kept contact as it was.
    pub keep: ContactOut,
    /// The other as it was.
    pub drop: ContactOut,
    /// The fields in which they differ.
    pub conflicts: Vec<ConflictOut>,
    /// How much came along: `deals` (opportunities, too), `activities`, `notes`, `attachments`.
    pub moved: BTreeMap<String, u64>,
}

/// One contact is two again, or would be.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ContactsSplitOut {
    /// The kept contact as it is by now.
    pub kept: ContactOut,
    /// The other as it is by now.
    pub restored: ContactOut,
    /// Fields of the kept contact that are again what they were before the merge.
    pub returned: Vec<String>,
    /// Fields that the merge had changed and somebody changed again since: they stay.
    pub left: Vec<LeftOut>,
    /// How much went back: `deals` (opportunities, too), `activities`, `notes`, `attachments`.
    pub moved: BTreeMap<String, u64>,
}

/// A contact in clear, as somebody with these levels may see it.
fn as_seen(ctx: &Ctx, seen: &Actor, contact: Contact) -> ContactOut {
    let mut out = ContactOut::of(ctx, contact.clone());
    let put = |field: &str, shown: Option<String>| match field {
        "email" => out.email = shown,
        _ => out.phone = shown,
    };
    let (masked, hidden) = seen::close(seen, &CONTACT, |field| contact.value(field), put);
    (out.masked, out.hidden) = (masked, hidden);
    out
}

impl Clear for Contact {
    fn value(&self, field: &str) -> Option<String> {
        if field == "email" { self.email.clone() } else { self.phone.clone() }
    }

    fn named(&self, field: &str, value: Value) -> Value {
        match field {
            "owner" => json!({
                "assigned_to": self.assigned_to, "assigned_to_name": self.assigned_to_name,
                "team_id": self.team_id, "team_name": self.team_name,
            }),
            // Whoever can't read the client learns no name.
            "client" => json!({ "client_id": self.client_id, "client_name": self.client_name }),
            _ => value,
        }
    }
}

impl ContactsMergedOut {
    fn of(ctx: &Ctx, seen: &Actor, merged: Merged, dry_run: bool) -> Self {
        Self {
            merge_id: (!dry_run).then_some(merged.id),
            conflicts: seen::conflicts(seen, &CONTACT, merged.conflicts, &merged.keep, &merged.drop),
            record: as_seen(ctx, seen, merged.record),
            keep: as_seen(ctx, seen, merged.keep),
            drop: as_seen(ctx, seen, merged.drop),
            moved: merged.moved,
        }
    }
}

impl ContactsSplitOut {
    fn of(ctx: &Ctx, seen: &Actor, split: Split) -> Self {
        Self {
            left: seen::left(seen, &CONTACT, split.left, &split.kept),
            returned: seen::returned(seen, &CONTACT, split.returned),
            kept: as_seen(ctx, seen, split.kept),
            restored: as_seen(ctx, seen, split.restored),
            moved: split.moved,
        }
    }
}

/// Merges of contacts.
pub struct ContactMergesApi;

#[OpenApi]
impl ContactMergesApi {
    /// Merge two contacts who are one person
    ///
    /// What points at the dropped one moves to the kept one; the dropped one is deleted and comes back with
    /// `POST /contact-merges/{id}/split`. If one of them is its client's primary contact, the kept one is that, as long
    /// as it stays with that client. With `dry_run` nothing is changed: the answer is what the merge would answer,
    /// without `merge_id`.
    #[oai(path = "/contacts/merge", method = "post", operation_id = "mergeContacts")]
    async fn merge(&self, auth: Staff, body: Json<MergeIn>) -> ApiResult<Json<ContactsMergedOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let merged = contacts::merge(&ctx, &auth.0.actor, &body.0).await?;
        let dry_run = body.0.dry_run == Some(true);
        let out = ContactsMergedOut::of(&ctx, &auth.0.actor, merged, dry_run);
        if !dry_run {
            ctx.commit_reply(200, &out).await?;
        }
        Ok(Json(out))
    }

    /// List the merges of a contact
    ///
    /// Those in which it was kept and those in which it was dropped.
    #[oai(path = "/contact-merges", method = "get", operation_id = "listContactMerges")]
    async fn list(
        &self,
        auth: Staff,
        /// The contact's id. Required.
        contact_id: Query<Option<String>>,
    ) -> ApiResult<Json<MergesOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let data = entity::of_contact(&ctx, contact_id.0.as_deref()).await?.into_iter().map(Into::into).collect();
        Ok(Json(MergesOut { data }))
    }

    /// Split two contacts who were merged
    ///
    /// What moved goes back, and what the merge changed of the kept one is again as it was, unless somebody changed it
    /// since: that stays and is listed. Of several merges the last one is split first (409 `split_blocked`). With
    /// `dry_run` nothing is changed.
    #[oai(path = "/contact-merges/:id/split", method = "post", operation_id = "splitContactMerge")]
    async fn split(&self, auth: Staff, id: Path<Uuid>, body: OptionalJson<SplitIn>) -> ApiResult<Json<ContactsSplitOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ContactsSplitOut::of(&ctx, &auth.0.actor, contacts::split(&ctx, id.0).await?);
        if body.0.is_none_or(|b| b.dry_run != Some(true)) {
            ctx.commit_reply(200, &out).await?;
        }
        Ok(Json(out))
    }
}
