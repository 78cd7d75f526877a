//! `/clients`.

use kernel::paging::Paging;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::MaybeUndefined;
use poem_openapi::{Object, OpenApi};
use runtime::Ctx;
use runtime::http::{ApiResult, Created, ListOut, NoContent, Rows, Staff};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::entity::Client;
use super::{collisions, service};

/// A client.
#[derive(Debug, Clone, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ClientOut {
    /// Id.
    pub id: Uuid,
    /// First and last name.
    pub name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// E-mail; masked if `masked` names it, absent if `hidden` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone in E.164; masked if `masked` names it, absent if `hidden` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The language in which they are spoken to, ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Postal address; masked if `masked` names it, absent if `hidden` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Date of birth as YYYY-MM-DD; masked if `masked` names it, absent if `hidden` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<String>,
    /// Status key, one of `GET /statuses`.
    pub status: String,
    /// `missing`, `pending`, `approved`, `rejected` or `expired`.
    pub kyc_status: String,
    /// Where the client came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Owner's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to: Option<Uuid>,
    /// Owner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_to_name: Option<String>,
    /// Team's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_id: Option<Uuid>,
    /// Team's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_name: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: serde_json::Value,
    /// Balance as a decimal number in `currency`; masked if `masked` names it, absent if `hidden` does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<String>,
    /// ISO 4217.
    pub currency: String,
    /// When something last happened.
    #[serde(serialize_with = "runtime::http::instant")]
    pub last_activity_at: chrono::DateTime<chrono::Utc>,
    /// When it was created.
    #[serde(serialize_with = "runtime::http::instant")]
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// When it was last changed.
    #[serde(serialize_with = "runtime::http::instant")]
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Counts changes; send it with PATCH to be told of a change in between.
    pub version: i32,
    /// When somebody wants to come back to the client.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "runtime::http::some_instant")]
    pub follow_up_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_note: Option<String>,
    /// The partner who brought the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<Uuid>,
    /// The partner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_name: Option<String>,
    /// The lead it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead_id: Option<Uuid>,
    /// Fields shown masked.
    pub masked: Vec<String>,
    /// Fields not shown.
    pub hidden: Vec<String>,
}

impl ClientOut {
    /// As the actor of the context may see it.
    pub fn of(ctx: &Ctx, c: Client) -> Self {
        let (masked, hidden) = service::marks(ctx, &c);
        Self {
            id: c.id,
            name: format!("{} {}", c.first_name, c.last_name),
            first_name: c.first_name,
            last_name: c.last_name,
            email: c.email,
            phone: c.phone,
            country: c.country,
            language: c.language,
            address: c.address,
            date_of_birth: c.date_of_birth,
            status: c.status,
            kyc_status: c.kyc_status,
            source: c.source,
            assigned_to: c.assigned_to,
            assigned_to_name: c.assigned_to_name,
            team_id: c.team_id,
            team_name: c.team_name,
            tags: c.tags,
            custom: c.custom,
            balance: c.balance,
            currency: c.currency,
            last_activity_at: c.last_activity_at,
            created_at: c.created_at,
            updated_at: c.updated_at,
            version: c.version,
            follow_up_at: c.follow_up_at,
            follow_up_note: c.follow_up_note,
            partner_id: c.partner_id,
            partner_name: c.partner_name,
            lead_id: c.lead_id,
            masked,
            hidden,
        }
    }
}

/// A new client. First name, last name and e-mail are required.
#[derive(Debug, Clone, Default, Object)]
pub struct ClientIn {
    /// First name. Required.
    pub first_name: Option<String>,
    /// Last name. Required.
    pub last_name: Option<String>,
    /// E-mail. Required; one client per e-mail.
    pub email: Option<String>,
    /// Phone; without a country code the client's country, then the tenant's default helps.
    pub phone: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The language in which they are spoken to: an ISO 639-1 code, or a tag like `de-AT` of which that is kept.
    pub language: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Date of birth, YYYY-MM-DD.
    pub date_of_birth: Option<String>,
    /// Status key; the tenant's default if absent.
    pub status: Option<String>,
    /// Where the client came from.
    pub source: Option<String>,
    /// Owner's id.
    pub assigned_to: Option<String>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Custom fields, by key.
    pub custom: Option<serde_json::Value>,
    /// When to come back to the client, an instant (RFC 3339).
    pub follow_up_at: Option<String>,
    /// What for, at most 200 characters; goes with a date.
    pub follow_up_note: Option<String>,
}

/// Changes to a client: absent leaves a field, null empties it.
#[derive(Debug, Default, Object)]
pub struct ClientPatch {
    /// First name.
    pub first_name: MaybeUndefined<String>,
    /// Last name.
    pub last_name: MaybeUndefined<String>,
    /// E-mail; refused while it is masked for the caller.
    pub email: MaybeUndefined<String>,
    /// Phone; refused while it is masked for the caller.
    pub phone: MaybeUndefined<String>,
    /// ISO 3166-1 alpha-2.
    pub country: MaybeUndefined<String>,
    /// The language in which they are spoken to: an ISO 639-1 code, or a tag like `de-AT` of which that is kept.
    pub language: MaybeUndefined<String>,
    /// Postal address.
    pub address: MaybeUndefined<String>,
    /// Date of birth, YYYY-MM-DD.
    pub date_of_birth: MaybeUndefined<String>,
    /// Status key.
    pub status: MaybeUndefined<String>,
    /// KYC status.
    pub kyc_status: MaybeUndefined<String>,
    /// Where the client came from.
    pub source: MaybeUndefined<String>,
    /// Owner's id.
    pub assigned_to: MaybeUndefined<String>,
    /// Team's id.
    pub team_id: MaybeUndefined<String>,
    /// Tags.
    pub tags: MaybeUndefined<Vec<String>>,
    /// Custom fields by key: what is named is replaced, null removes.
    pub custom: MaybeUndefined<serde_json::Value>,
    /// When to come back to the client, an instant (RFC 3339).
    pub follow_up_at: MaybeUndefined<String>,
    /// What for, at most 200 characters; goes with a date.
    pub follow_up_note: MaybeUndefined<String>,
    /// The version the caller saw.
    pub version: Option<i32>,
}

/// Filters of the list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClientFilter {
    /// Status keys.
    pub status: Option<String>,
    /// KYC statuses.
    pub kyc_status: Option<String>,
    /// Countries.
    pub country: Option<String>,
    /// Sources.
    pub source: Option<String>,
    /// Owners, or none.
    pub assigned_to: Option<String>,
    /// Teams, or none.
    pub team_id: Option<String>,
    /// Tags, all of which must be there.
    pub tag: Option<String>,
    /// First day.
    pub created_from: Option<String>,
    /// Last day.
    pub created_to: Option<String>,
    /// Words.
    pub search: Option<String>,
    /// Whether the words may be of the company as well that the broker's console has put down.
    #[serde(skip)]
    pub companies: bool,
    /// The whole e-mail.
    pub email: Option<String>,
    /// The whole phone number.
    pub phone: Option<String>,
    /// Words for when the follow-up is due.
    pub follow_up: Option<String>,
    /// The import it came with.
    pub import_id: Option<String>,
    /// Partners, or none.
    pub partner_id: Option<String>,
    /// A group of conditions, as JSON.
    pub filter: Option<String>,
}

/// Clients.
pub struct ClientsApi;

#[OpenApi]
impl ClientsApi {
    /// List clients
    ///
    /// Filters take comma-separated values. Sorts: `created_at`, `name`, `last_activity_at`, `balance`,
    /// `follow_up_at`, with `-` for downwards; newest first by default.
    #[oai(path = "/clients", method = "get", operation_id = "listClients")]
    #[expect(clippy::too_many_arguments, reason = "one argument per documented query parameter")]
    async fn list(
        &self,
        auth: Staff,
        /// Status keys.
        status: Query<Option<String>>,
        /// KYC statuses.
        kyc_status: Query<Option<String>>,
        /// ISO country codes.
        country: Query<Option<String>>,
        /// Sources.
        source: Query<Option<String>>,
        /// Owners' ids, or `none`.
        assigned_to: Query<Option<String>>,
        /// Teams' ids, or `none`.
        team_id: Query<Option<String>>,
        /// Tags, all of which must be there.
        tag: Query<Option<String>>,
        /// First day (of the CRM's time zone) or instant of creation.
        created_from: Query<Option<String>>,
        /// Last day, or the instant before which it was created.
        created_to: Query<Option<String>>,
        /// Words in the name, and in e-mail and phone for those who see them in clear.
        search: Query<Option<String>>,
        /// The whole e-mail; refused while it is masked for the caller.
        email: Query<Option<String>>,
        /// The whole phone number in E.164; refused while it is masked for the caller.
        phone: Query<Option<String>>,
        /// When the follow-up is due: `overdue`, `today`, `week`, `any`, `none`.
        follow_up: Query<Option<String>>,
        /// The import it came with.
        import_id: Query<Option<String>>,
        /// Ids of the partners who brought them, or `none`.
        partner_id: Query<Option<String>>,
        /// A group of conditions, as JSON: `{"and": [{"field": "status", "op": "in", "value": ["new"]}]}`, with
        /// `or` for at least one of them, nested up to three deep, 50 conditions at most. Fields are those of the
        /// record and `custom.<key>`. Texts: `is is_not contains starts_with empty not_empty`; words and ids:
        /// `in not_in empty not_empty`, with `me` and `none` for an owner; numbers: `eq lt lte gt gte between`;
        /// lists of words: `any all none`; flags: `is`; dates: `on before after between`,
        /// `within {"last": 7, "unit": "day"}` (or `next`), `older_than {"count": 30, "unit": "day"}`, `today
        /// yesterday tomorrow this_week last_week next_week this_month last_month next_month this_year last_year`.
        filter: Query<Option<String>>,
        /// Order: up to three fields, with `-` for downwards; records without a value come last.
        sort: Query<Option<String>>,
        /// 1-based page, for shallow pages.
        page: Query<Option<String>>,
        /// Rows on a page, 20 by default, 200 at most.
        limit: Query<Option<String>>,
        /// The same as `limit`.
        page_size: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Rows<ClientOut>> {
        let paging = Paging::parse(page.0.as_deref(), limit.0.or(page_size.0).as_deref(), cursor.0.as_deref())?;
        let filter = ClientFilter {
            status: status.0,
            kyc_status: kyc_status.0,
            country: country.0,
            source: source.0,
            assigned_to: assigned_to.0,
            team_id: team_id.0,
            tag: tag.0,
            created_from: created_from.0,
            created_to: created_to.0,
            search: search.0,
            companies: false,
            email: email.0,
            phone: phone.0,
            filter: filter.0,
            follow_up: follow_up.0,
            import_id: import_id.0,
            partner_id: partner_id.0,
        };
        let ctx = auth.0.read().await?;
        let found = service::list(&ctx, &filter, sort.0.as_deref(), &paging).await?;
        Ok(Rows(found.map(|c| ClientOut::of(&ctx, c)).into()))
    }

    /// Add a client
    #[oai(path = "/clients", method = "post", operation_id = "createClient")]
    async fn create(&self, auth: Staff, body: Json<ClientIn>) -> ApiResult<Created<ClientOut>> {
        collisions::may_ask(&auth.0).await?;
        let ctx = auth.0.begin().await?;
        let client = match service::create(&ctx, &body.0).await {
            Ok(client) => client,
            Err(e) => return Err(collisions::counted(&auth.0, ctx, e).await.into()),
        };
        let out = ClientOut::of(&ctx, client);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Read a client
    #[oai(path = "/clients/:id", method = "get", operation_id = "getClient")]
    async fn get(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ClientOut>> {
        let ctx = auth.0.read().await?;
        let client = service::get(&ctx, id.0).await?;
        Ok(Json(ClientOut::of(&ctx, client)))
    }

    /// Change a client
    #[oai(path = "/clients/:id", method = "patch", operation_id = "updateClient")]
    async fn update(&self, auth: Staff, id: Path<Uuid>, body: Json<ClientPatch>) -> ApiResult<Json<ClientOut>> {
        if !body.0.email.is_undefined() {
            collisions::may_ask(&auth.0).await?;
        }
        let ctx = auth.0.begin().await?;
        let client = match service::update(&ctx, id.0, &body.0).await {
            Ok(client) => client,
            Err(e) => return Err(collisions::counted(&auth.0, ctx, e).await.into()),
        };
        let out = ClientOut::of(&ctx, client);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Delete a client
    ///
    /// The client can be restored.
    #[oai(path = "/clients/:id", method = "delete", operation_id = "deleteClient")]
    async fn delete(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx, id.0).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Restore a deleted client
    #[oai(path = "/clients/:id/restore", method = "post", operation_id = "restoreClient")]
    async fn restore(&self, auth: Staff, id: Path<Uuid>) -> ApiResult<Json<ClientOut>> {
        let ctx = auth.0.begin().await?;
        let client = service::restore(&ctx, id.0).await?;
        let out = ClientOut::of(&ctx, client);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// What happened to a client
    #[oai(path = "/clients/:id/timeline", method = "get", operation_id = "clientTimeline")]
    async fn timeline(
        &self,
        auth: Staff,
        id: Path<Uuid>,
        /// What of it: `all`, `changes`, `status`, `assignment`, `reveals`, `documents`, `activities`,
        /// `notes` or `sales`.
        kind: Query<Option<String>>,
        /// Rows on a page.
        limit: Query<Option<String>>,
        /// `next_cursor` of the page before.
        cursor: Query<Option<String>>,
    ) -> ApiResult<Json<ListOut<access::audit::AuditEntryOut>>> {
        let paging = Paging::parse(None, limit.0.as_deref(), cursor.0.as_deref())?;
        let kind = access::audit::Chapter::parse(kind.0.as_deref())?;
        let ctx = auth.0.read().await?;
        Ok(Json(service::timeline(&ctx, id.0, kind, &paging).await?.map(Into::into).into()))
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::ToJSON as _;

    use super::*;

    #[test]
    fn a_row_is_the_same_either_way() {
        let at = chrono::DateTime::from_timestamp_micros(1_764_041_091_123_456).expect("an instant");
        let bare = ClientOut {
            id: Uuid::now_v7(),
            name: "Jane Doe".into(),
            first_name: "Jane".into(),
            last_name: "Doe".into(),
            email: None,
            phone: None,
            country: None,
            language: None,
            address: None,
            date_of_birth: None,
            status: "new".into(),
            kyc_status: "missing".into(),
            source: None,
            assigned_to: None,
            assigned_to_name: None,
            team_id: None,
            team_name: None,
            tags: vec!["vip".into()],
            custom: serde_json::json!({ "level": 3 }),
            balance: None,
            currency: "USD".into(),
            last_activity_at: at,
            created_at: at,
            updated_at: at,
            version: 7,
            follow_up_at: None,
            follow_up_note: None,
            partner_id: None,
            partner_name: None,
            lead_id: None,
            masked: vec!["email".into()],
            hidden: Vec::new(),
        };
        let some = || Some("x".to_owned());
        let full = ClientOut {
            email: some(),
            phone: some(),
            country: some(),
            language: some(),
            address: some(),
            date_of_birth: some(),
            source: some(),
            assigned_to: Some(Uuid::nil()),
            assigned_to_name: some(),
            team_id: Some(Uuid::nil()),
            team_name: some(),
            balance: some(),
            follow_up_at: Some(at),
            follow_up_note: some(),
            partner_id: Some(Uuid::nil()),
            partner_name: some(),
            lead_id: Some(Uuid::nil()),
            ..bare.clone()
        };
        for row in [bare, full] {
            assert_eq!(serde_json::to_value(&row).ok(), row.to_json());
        }
    }
}
