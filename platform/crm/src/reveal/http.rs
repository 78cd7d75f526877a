//! `/clients/{id}/reveal`, and the same of leads and contacts.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};
use runtime::http::{ApiResult, Staff};
use uuid::Uuid;

use super::service::{self, Kind, Revealed};

/// Which values to show, and what for.
#[derive(Debug, Object)]
pub struct RevealIn {
    /// Names of sensitive fields, e.g. `phone`. Required.
    pub fields: Option<Vec<String>>,
    /// What they are needed for, in 3 to 200 characters; it is kept. Required.
    pub purpose: Option<String>,
}

/// How many values a user has revealed today, of how many.
#[derive(Debug, Object)]
pub struct RevealQuotaOut {
    /// Values that counted today.
    pub used: i64,
    /// Values a user may reveal in a day.
    pub limit: i64,
}

/// The values that were asked for; one that the record does not have is absent.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct RevealOut {
    /// E-mail.
    pub email: Option<String>,
    /// Phone in E.164.
    pub phone: Option<String>,
    /// Date of birth as YYYY-MM-DD.
    pub date_of_birth: Option<String>,
    /// Postal address.
    pub address: Option<String>,
    /// Balance as a decimal number.
    pub balance: Option<String>,
    /// The caller's quota afterwards.
    pub quota: RevealQuotaOut,
}

impl From<Revealed> for RevealOut {
    fn from(mut revealed: Revealed) -> Self {
        let mut take = |name: &str| revealed.values.remove(name);
        Self {
            email: take("email"),
            phone: take("phone"),
            date_of_birth: take("date_of_birth"),
            address: take("address"),
            balance: take("balance"),
            quota: RevealQuotaOut { used: revealed.used, limit: revealed.limit },
        }
    }
}

/// Revealing masked values.
pub struct RevealApi;

#[OpenApi]
impl RevealApi {
    /// Reveal masked values of a client
    ///
    /// Counts against the daily quota (429 `reveal_quota`); a value revealed already today does not
    /// count again. Who asked, for what, is written down.
    #[oai(path = "/clients/:id/reveal", method = "post", operation_id = "revealClient")]
    async fn client(
        &self,
        auth: Staff,
        /// The client.
        id: Path<Uuid>,
        body: Json<RevealIn>,
    ) -> ApiResult<Json<RevealOut>> {
        Ok(Json(service::reveal(&auth.0, Kind::Client, id.0, &body.0).await?.into()))
    }

    /// Reveal masked values of a lead
    ///
    /// Counts against the daily quota (429 `reveal_quota`); a value revealed already today does not
    /// count again. Who asked, for what, is written down.
    #[oai(path = "/leads/:id/reveal", method = "post", operation_id = "revealLead")]
    async fn lead(
        &self,
        auth: Staff,
        /// The lead.
        id: Path<Uuid>,
        body: Json<RevealIn>,
    ) -> ApiResult<Json<RevealOut>> {
        Ok(Json(service::reveal(&auth.0, Kind::Lead, id.0, &body.0).await?.into()))
    }

    /// Reveal masked values of a contact
    ///
    /// Counts against the daily quota (429 `reveal_quota`); a value revealed already today does not
    /// count again. Who asked, for what, is written down.
    #[oai(path = "/contacts/:id/reveal", method = "post", operation_id = "revealContact")]
    async fn contact(
        &self,
        auth: Staff,
        /// The contact.
        id: Path<Uuid>,
        body: Json<RevealIn>,
    ) -> ApiResult<Json<RevealOut>> {
        Ok(Json(service::reveal(&auth.0, Kind::Contact, id.0, &body.0).await?.into()))
    }
}
