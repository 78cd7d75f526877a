//! What a form says, checked.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use crm::assignment::Facts;
use crm::consents::{self, Accepted, Wording};
use kernel::DomainError;
use kernel::validate::Checker;
use runtime::crypto::hash_password;
use runtime::http::Caller;
use runtime::{Ctx, Rows as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::http::RegistrationIn;
use super::reading;
use super::rules::Rules;
use crate::captcha::{self, Door, Policy};

/// A form that is in order. The password is hashed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Form {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: Option<String>,
    pub country: String,
    #[serde(default)]
    pub language: Option<String>,
    pub date_of_birth: Option<NaiveDate>,
    pub password_hash: Option<String>,
    pub accepted: Vec<Accepted>,
    pub partner_id: Option<Uuid>,
    pub metadata: Json,
    pub ip: Option<String>,
    pub submitted_at: DateTime<Utc>,
}

/// What a form is checked against.
struct Against {
    rules: Rules,
    wordings: Vec<Wording>,
    policy: Policy,
    today: NaiveDate,
}

/// Checks a form, all faults at once; then its captcha. `None` is what a robot filled in: it is answered
/// like everybody else.
pub(super) async fn checked(caller: &Caller, input: RegistrationIn) -> kernel::Result<Option<Form>> {
    let ctx = reading(caller).await?;
    let rules = Rules::open(&ctx).await?;
    let partner_id = match input.partner_id.as_deref().filter(|p| !p.is_empty()) {
        Some(id) => Some(crate::public_form::approved(&ctx, id).await?.id),
        None => None,
    };
    let wordings = consents::current(&ctx).await?;
    let armed = Policy::load(&ctx, Door::Registration).await?.armed(&ctx).await?;
    let submitted_at = ctx.now();
    // From here on nothing is read: a provider and the hash of a password take their time.
    drop(ctx);
    let against = Against { rules, wordings, policy: armed.policy.clone(), today: submitted_at.date_naive() };
    let mut form = fields(&input, &against)?;
    captcha::check(caller, &armed, input.captcha.as_ref()).await?;
    if input.website.as_deref().is_some_and(|w| !w.trim().is_empty()) {
        return Ok(None);
    }
    if let Some(password) = input.password.as_deref().filter(|p| !p.is_empty()) {
        form.password_hash = Some(hash_password(password).await?);
    }
    Ok(Some(Form { partner_id, ip: caller.request.ip.clone(), submitted_at, ..form }))
}

fn fields(input: &RegistrationIn, against: &Against) -> kernel::Result<Form> {
    let rules = &against.rules;
    let mut c = Checker::new();
    let first_name = name(&mut c, "first_name", input.first_name.as_deref());
    let last_name = name(&mut c, "last_name", input.last_name.as_deref());
    let email = c.required("email", input.email.as_deref(), 254);
    let email = if email.is_empty() { email } else { c.email("email", &email) };
    let country = c.required("country", input.country.as_deref(), 60);
    let country = if country.is_empty() { None } else { c.country("country", &country) };
    if country.as_deref().is_some_and(|code| !rules.serves(code)) {
        c.add("country", "is not served");
    }
    let phone = input.phone.as_deref().and_then(|v| c.phone("phone", v, country.as_deref()));
    if rules.phone_required && input.phone.as_deref().is_none_or(|v| v.trim().is_empty()) {
        c.add("phone", "is required");
    }
    let date_of_birth = birthday(&mut c, input.date_of_birth.as_deref(), against);
    if let Some(password) = input.password.as_deref().filter(|p| !p.is_empty()) {
        c.password("password", password);
        if (10..rules.password_min).contains(&password.chars().count()) {
            c.add("password", format!("must have at least {} characters", rules.password_min));
        }
    }
    let given: Vec<(String, i64)> = input
        .consents
        .iter()
        .flatten()
        .map(|g| (g.key.clone().unwrap_or_default(), g.version.unwrap_or_default()))
        .take(100)
        .collect();
    let (accepted, outdated) = consents::agreed(&mut c, &against.wordings, &given);
    captcha::given(&mut c, &against.policy, input.captcha.as_ref());
    let metadata = match &input.metadata {
        None | Some(Json::Null) => json!({}),
        Some(m) if m.is_object() && m.to_string().len() <= 10_000 && !m.to_string().contains("\\u0000") => m.clone(),
        Some(_) => {
            c.add("metadata", "must be an object of at most 10,000 characters");
            json!({})
        }
    };
    match c.finish() {
        Ok(()) => {}
        Err(DomainError::Invalid { fields, .. }) if outdated => {
            let message = "A text to agree to has changed meanwhile. Reload the page and read it again.".to_owned();
            return Err(DomainError::Invalid { code: "consent_outdated", message, fields });
        }
        Err(error) => return Err(error),
    }
    Ok(Form {
        first_name,
        last_name,
        email,
        phone,
        country: country.unwrap_or_default(),
        // What the browser says; one that we can't read keeps nobody out.
        language: input.language.as_deref().and_then(Facts::language),
        date_of_birth,
        password_hash: None,
        accepted,
        partner_id: None,
        metadata,
        ip: None,
        submitted_at: DateTime::UNIX_EPOCH,
    })
}

/// A name of a person. It stands in the mail that leaves, so it must not be able to carry a link to
/// somebody else's mailbox.
fn name(c: &mut Checker, field: &str, given: Option<&str>) -> String {
    let name = c.required(field, given, 100);
    let lower = name.to_lowercase();
    if name.contains(['/', ':', '@', '<', '>', '\\', '\n', '\r', '\t']) || lower.contains("www.") {
        c.add(field, "contains characters that are not part of a name");
    }
    name
}

fn birthday(c: &mut Checker, given: Option<&str>, against: &Against) -> Option<NaiveDate> {
    let given = given.unwrap_or_default().trim();
    if given.is_empty() {
        if against.rules.minimum_age > 0 {
            c.add("date_of_birth", "is required");
        }
        return None;
    }
    let day = c.date("date_of_birth", given)?;
    if day.year() < 1900 || day > against.today {
        c.add("date_of_birth", "is not a date of birth: it lies in the future or before 1900");
        return None;
    }
    if !against.rules.is_old_enough(day, against.today) {
        c.add("date_of_birth", format!("is too recent: one must be {} years old to register", against.rules.minimum_age));
    }
    Some(day)
}

/// Whether a client has an e-mail address.
pub(super) async fn client_with(ctx: &Ctx, email: &str) -> kernel::Result<Option<Uuid>> {
    Ok(ctx.tx().scalar("select id from clients where email = $1 and deleted_at is null", [email.into()]).await?)
}
