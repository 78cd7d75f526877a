//! `/consents`, `/clients/{id}/consents`.

use chrono::{DateTime, Utc};
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Created, ListOut, Staff};
use uuid::Uuid;

use super::service::{self, ClientConsent, Consent, Registered, Wording};

/// A consent with the wording in force.
#[derive(Debug, Object)]
pub struct ConsentOut {
    /// Id.
    pub id: Uuid,
    /// Stable key.
    pub key: String,
    /// The wording in force, counted from 1.
    pub version: i32,
    /// Its heading, which people tick.
    pub title: String,
    /// The text, as Markdown.
    pub body: String,
    /// Whether nobody can register without it.
    pub required: bool,
    /// The language that it is written in.
    #[oai(nullable)]
    pub locale: Option<String>,
    /// Order.
    pub position: i32,
    /// Whether the form no longer shows it.
    pub archived: bool,
    /// When the wording was published.
    pub published_at: DateTime<Utc>,
    /// Who published it.
    #[oai(nullable)]
    pub published_by: Option<String>,
    /// How often somebody agreed to it, in any wording.
    pub agreed: i64,
}

impl From<Consent> for ConsentOut {
    fn from(c: Consent) -> Self {
        Self {
            id: c.id,
            key: c.key,
            version: c.version,
            title: c.title,
            body: c.body,
            required: c.required,
            locale: c.locale,
            position: c.position,
            archived: c.archived,
            published_at: c.published_at,
            published_by: c.published_by,
            agreed: c.agreed,
        }
    }
}

/// A wording that a consent has or had.
#[derive(Debug, Object)]
pub struct WordingOut {
    /// Counts from 1.
    pub version: i32,
    /// Its heading.
    pub title: String,
    /// The text, as Markdown.
    pub body: String,
    /// SHA-256 of heading, an empty line and text, in hex.
    pub hash: String,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Who published it.
    #[oai(nullable)]
    pub published_by: Option<String>,
}

impl From<Wording> for WordingOut {
    fn from(w: Wording) -> Self {
        Self {
            version: w.version,
            title: w.title,
            body: w.body,
            hash: w.hash,
            published_at: w.published_at,
            published_by: w.published_by,
        }
    }
}

/// A new consent; it comes last.
#[derive(Debug, Object)]
pub struct ConsentIn {
    /// Made from the title if absent.
    pub key: Option<String>,
    /// Its heading, which people tick. Required.
    pub title: Option<String>,
    /// The text, as Markdown. Required.
    pub body: Option<String>,
    /// Whether nobody can register without it; yes if absent.
    pub required: Option<bool>,
    /// The language that it is written in, like `en`.
    pub locale: Option<String>,
}

/// Changes of a consent; what is absent stays.
#[derive(Debug, Object)]
pub struct ConsentPatch {
    /// Another heading makes a new version.
    pub title: Option<String>,
    /// Another text makes a new version.
    pub body: Option<String>,
    /// Whether nobody can register without it.
    pub required: Option<bool>,
    /// The language that it is written in; an empty text takes it away.
    pub locale: Option<String>,
    /// Order, from 0.
    pub position: Option<i32>,
    /// True takes it out of the form, false brings it back.
    pub archived: Option<bool>,
    /// The version that was edited; with it one is told of a wording published in between.
    pub version: Option<i32>,
}

/// What a client agreed to.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct ClientConsentOut {
    /// The consent.
    pub key: String,
    /// The wording that they agreed to.
    pub version: i32,
    /// Its heading.
    pub title: Option<String>,
    /// Whether there is a newer wording by now.
    pub outdated: bool,
    /// SHA-256 of heading, an empty line and text, in hex.
    pub hash: String,
    /// When.
    pub at: DateTime<Utc>,
    /// From which address; absent for who does not see everything in clear.
    pub ip: Option<String>,
}

impl From<ClientConsent> for ClientConsentOut {
    fn from(c: ClientConsent) -> Self {
        Self {
            outdated: c.current.is_some_and(|v| v > c.version),
            key: c.key,
            version: c.version,
            title: c.title,
            hash: c.hash,
            at: c.at,
            ip: c.ip,
        }
    }
}

/// How a client registered.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RegisteredOut {
    /// When the form was sent.
    pub submitted_at: DateTime<Utc>,
    /// When the e-mail address was verified.
    pub verified_at: DateTime<Utc>,
    /// The partner whose link it was.
    pub partner_id: Option<Uuid>,
    /// Their name.
    pub partner_name: Option<String>,
    /// The lead that became the client.
    pub lead_id: Option<Uuid>,
}

impl From<Registered> for RegisteredOut {
    fn from(r: Registered) -> Self {
        Self {
            submitted_at: r.submitted_at,
            verified_at: r.verified_at,
            partner_id: r.partner_id,
            partner_name: r.partner_name,
            lead_id: r.lead_id,
        }
    }
}

/// What a client agreed to, and how they registered.
#[derive(Debug, Object)]
pub struct ClientConsentsOut {
    /// Null for a client who did not register themselves.
    #[oai(nullable)]
    pub registration: Option<RegisteredOut>,
    /// The newest first.
    pub consents: Vec<ClientConsentOut>,
}

/// Consents.
pub struct ConsentsApi;

#[OpenApi]
impl ConsentsApi {
    /// List the consents
    ///
    /// In order, archived ones last, each with the wording in force.
    #[oai(path = "/consents", method = "get", operation_id = "listConsents")]
    async fn list(&self, auth: Staff) -> ApiResult<Json<ListOut<ConsentOut>>> {
        let ctx = auth.0.read().await?;
        let found = service::all(&ctx).await?;
        Ok(Json(found.into_iter().map(ConsentOut::from).collect::<Vec<_>>().into()))
    }

    /// Add a consent
    ///
    /// The registration form asks for it from now on.
    #[oai(path = "/consents", method = "post", operation_id = "createConsent")]
    async fn create(&self, auth: Staff, body: Json<ConsentIn>) -> ApiResult<Created<ConsentOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ConsentOut::from(service::create(&ctx, &body.0).await?);
        ctx.commit_reply(201, &out).await?;
        Ok(Created(out))
    }

    /// Change a consent
    ///
    /// Another title or text is a new version; the older ones are kept.
    #[oai(path = "/consents/:id", method = "patch", operation_id = "updateConsent")]
    async fn update(
        &self,
        auth: Staff,
        /// The consent.
        id: Path<Uuid>,
        body: Json<ConsentPatch>,
    ) -> ApiResult<Json<ConsentOut>> {
        let ctx = auth.0.begin_carrying().await?;
        let out = ConsentOut::from(service::update(&ctx, id.0, &body.0).await?);
        ctx.commit_reply(200, &out).await?;
        Ok(Json(out))
    }

    /// Every wording of a consent
    ///
    /// The newest first.
    #[oai(path = "/consents/:id/versions", method = "get", operation_id = "listConsentVersions")]
    async fn versions(
        &self,
        auth: Staff,
        /// The consent.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ListOut<WordingOut>>> {
        let ctx = auth.0.read().await?;
        let found = service::wordings(&ctx, id.0).await?;
        Ok(Json(found.into_iter().map(WordingOut::from).collect::<Vec<_>>().into()))
    }

    /// What a client agreed to
    ///
    /// And how they registered, if they did it themselves.
    #[oai(path = "/clients/:id/consents", method = "get", operation_id = "listClientConsents")]
    async fn of_client(
        &self,
        auth: Staff,
        /// The client.
        id: Path<Uuid>,
    ) -> ApiResult<Json<ClientConsentsOut>> {
        let ctx = auth.0.read().await?;
        let (registration, consents) = service::of_client(&ctx, id.0).await?;
        Ok(Json(ClientConsentsOut {
            registration: registration.map(RegisteredOut::from),
            consents: consents.into_iter().map(ClientConsentOut::from).collect(),
        }))
    }
}
