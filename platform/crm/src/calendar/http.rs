//! `/calendar-feed` and `/calendar/{token}.ics`.

use chrono::{DateTime, Utc};
use poem_openapi::param::Path;
use poem_openapi::payload::{Json, PlainText};
use poem_openapi::{ApiResponse, Object, OpenApi};
use runtime::http::{ApiResult, Caller, Created, NoContent, Staff};

use super::service;

/// What is known of the caller's calendar address.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct CalendarFeedOut {
    /// Whether there is one.
    pub exists: bool,
    /// When it was made.
    pub created_at: Option<DateTime<Utc>>,
    /// When it was last read, to some minutes.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new calendar address.
#[derive(Debug, Object)]
pub struct CalendarAddressOut {
    /// The secret address, shown this once: whoever has it can read the calendar.
    pub url: String,
}

/// A calendar.
#[derive(ApiResponse)]
pub enum CalendarFile {
    /// RFC 5545.
    #[oai(status = 200, content_type = "text/calendar; charset=utf-8")]
    Found(
        PlainText<String>,
        /// As a file.
        #[oai(header = "content-disposition")]
        String,
        /// It is its user's own.
        #[oai(header = "cache-control")]
        String,
    ),
}

/// Calendars for other programs.
pub struct CalendarApi;

#[OpenApi]
impl CalendarApi {
    /// What is known of the caller's calendar address
    #[oai(path = "/calendar-feed", method = "get", operation_id = "getCalendarFeed")]
    async fn get(&self, auth: Staff) -> ApiResult<Json<CalendarFeedOut>> {
        let ctx = auth.0.read().await?;
        let feed = service::get(&ctx).await?;
        Ok(Json(CalendarFeedOut {
            exists: feed.is_some(),
            created_at: feed.as_ref().map(|f| f.created_at),
            last_used_at: feed.and_then(|f| f.last_used_at),
        }))
    }

    /// Make a calendar address
    ///
    /// A secret address at which a calendar program reads the caller's activities, with the rights that the
    /// caller has by then. The one before works no more.
    #[oai(path = "/calendar-feed", method = "post", operation_id = "createCalendarFeed")]
    async fn create(&self, auth: Staff) -> ApiResult<Created<CalendarAddressOut>> {
        let ctx = auth.0.begin().await?;
        let out = CalendarAddressOut { url: service::create(&ctx).await? };
        // The address is kept nowhere, so the same request sent again makes another one.
        ctx.commit().await?;
        Ok(Created(out))
    }

    /// End the calendar address
    #[oai(path = "/calendar-feed", method = "delete", operation_id = "deleteCalendarFeed")]
    async fn delete(&self, auth: Staff) -> ApiResult<NoContent> {
        let ctx = auth.0.begin().await?;
        service::delete(&ctx).await?;
        ctx.commit_reply(204, &serde_json::Value::Null).await?;
        Ok(NoContent)
    }

    /// Read a calendar
    ///
    /// iCalendar (RFC 5545); no sign-in, the address is the secret. An address that is none, and one whose user
    /// may no longer sign in: 404.
    #[oai(path = "/calendar/:file", method = "get", operation_id = "readCalendar")]
    async fn read(
        &self,
        caller: Caller,
        /// The secret and `.ics`.
        file: Path<String>,
    ) -> ApiResult<CalendarFile> {
        let text = service::read(&caller, &file.0).await?;
        let (name, cache) = ("inline; filename=\"activities.ics\"".to_owned(), "private, no-store".to_owned());
        Ok(CalendarFile::Found(PlainText(text), name, cache))
    }
}
