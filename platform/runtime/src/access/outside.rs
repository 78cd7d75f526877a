//! Callers that another program's tokens name: a console of the broker's own, which signs people in by
//! itself and shares a secret with us.
//!
//! Always holds: a token is good only in the tenant whose secret signed it, with HS256 and an end; what it
//! gives is the tenant's own role that the tenant maps its word to, and an account here that is closed stays
//! closed whatever the token says.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use kernel::DomainError;
use kernel::ids::SessionId;
use kernel::permission::Scope;
use kernel::tenant::ViewClass;
use sea_orm::FromQueryResult;
use secrecy::{ExposeSecret as _, SecretSlice};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Access, Actor, ActorRow, Snapshot};
use crate::crypto::Vault;
use crate::db::{Mode, Rows as _, TenantTx};
use crate::registry::{Tenant, secret_purpose};

/// The setting under which a tenant keeps what it says of its console.
pub const SETTING: &str = "console";
/// The words for roles that tokens carry, and the roles they mean until the tenant says otherwise.
pub const ROLES: &[(&str, &str)] = &[("admin", "CRM Manager"), ("manager", "Team Leader"), ("agent", "Agent")];
/// Whose reach goes over all teams: it has no team of its own here.
const OVER_ALL_TEAMS: &str = "manager";
/// Stands for the issuer in the table of subjects where the tenant names none.
const ANY_ISSUER: &str = "";
/// Seconds by which the clocks of two servers may differ.
const LEEWAY: u64 = 5;

/// What a deployment for one tenant says of its console in the environment.
#[derive(Debug, Clone, Default)]
pub struct Deployed {
    /// `CONSOLE_TENANT`: the tenant's short name.
    pub tenant: String,
    /// `JWT_SECRET`.
    pub secret: Option<secrecy::SecretString>,
    /// `JWT_ISSUER`.
    pub issuer: Option<String>,
    /// `CORS_ALLOWED_ORIGINS`.
    pub origins: Vec<String>,
}

/// What a tenant says of its console, as it is kept.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsoleSetting {
    /// Who signs; absent: whoever has the secret.
    pub issuer: Option<String>,
    /// Word of a token → role.
    pub role_map: BTreeMap<String, Uuid>,
    /// Origins of pages that may call us.
    pub origins: Vec<String>,
}

impl ConsoleSetting {
    /// The role that each word means: the one that was chosen, or the usual one of these.
    pub fn roles<'a>(&self, known: impl Iterator<Item = (Uuid, &'a str)>) -> BTreeMap<String, Uuid> {
        let mut all = self.role_map.clone();
        for (id, name) in known {
            if let Some((word, _)) = ROLES.iter().find(|(_, role)| *role == name) {
                all.entry((*word).to_owned()).or_insert(id);
            }
        }
        all
    }
}

/// What a process keeps of a tenant's console.
#[derive(Default)]
pub struct Console {
    /// Who signs.
    pub issuer: Option<String>,
    /// Word of a token → role.
    pub roles: BTreeMap<String, Uuid>,
    /// Origins of pages that may call us.
    pub origins: Vec<String>,
    secrets: Vec<SecretSlice<u8>>,
    slug: String,
}

/// A number or a text.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Word {
    Number(serde_json::Number),
    Text(String),
}

impl Word {
    fn text(self) -> String {
        match self {
            Self::Number(n) => n.to_string(),
            Self::Text(t) => t,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Raw {
    sub: Option<Word>,
    user_id: Option<Word>,
    role: Option<String>,
    email: Option<String>,
    name: Option<String>,
    tenant: Option<Word>,
    /// Asked for by the rules of reading.
    exp: Option<i64>,
}

/// What a good token says.
#[derive(Debug, Clone)]
pub struct Claims {
    /// The issuer's id of the person.
    pub subject: String,
    /// The word for the role.
    pub role: String,
    /// E-mail address.
    pub email: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// When it ends.
    pub until: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct SecretRow {
    sealed: Vec<u8>,
}

impl Console {
    pub(super) async fn load(
        tx: &TenantTx,
        tenant: &Tenant,
        vault: &Vault,
        deployed: &Deployed,
        setting: Option<&Json>,
        roles: impl Iterator<Item = (Uuid, &str)>,
    ) -> kernel::Result<Self> {
        let setting: ConsoleSetting = setting.and_then(|v| serde_json::from_value(v.clone()).ok()).unwrap_or_default();
        let rows: Vec<SecretRow> = tx.all("select sealed from console_secrets where active order by created_at desc", []).await?;
        let purpose = secret_purpose(tenant.key, SETTING);
        let mut secrets = Vec::new();
        for row in rows {
            secrets.push(vault.open(&purpose, &row.sealed)?.into());
        }
        let roles = setting.roles(roles);
        let mut console = Self { issuer: setting.issuer, roles, origins: setting.origins, secrets, slug: tenant.slug.clone() };
        if !deployed.tenant.is_empty() && deployed.tenant == tenant.slug {
            console.secrets.extend(deployed.secret.iter().map(|s| s.expose_secret().as_bytes().to_vec().into()));
            console.issuer = console.issuer.or_else(|| deployed.issuer.clone());
            console.origins.extend(deployed.origins.iter().cloned());
        }
        Ok(console)
    }

    /// Whether any token can be good here.
    pub fn is_set_up(&self) -> bool {
        !self.secrets.is_empty()
    }

    /// Reads a token; errors with a sentence that says why it is refused.
    pub fn read(&self, bearer: &str) -> Result<Claims, String> {
        let header = jsonwebtoken::decode_header(bearer).map_err(|_| "It is not a JSON Web Token.".to_owned())?;
        if header.alg != Algorithm::HS256 {
            return Err(format!("It is signed with {:?}; only HS256 is accepted.", header.alg));
        }
        if !self.is_set_up() {
            return Err("No secret is active here.".to_owned());
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.validate_aud = false;
        rules.set_required_spec_claims(&["exp"]);
        rules.leeway = LEEWAY;
        rules.validate_nbf = true;
        if let Some(issuer) = &self.issuer {
            rules.set_issuer(&[issuer]);
            rules.set_required_spec_claims(&["exp", "iss"]);
        }
        let mut refusal = String::new();
        for secret in &self.secrets {
            match jsonwebtoken::decode::<Raw>(bearer, &DecodingKey::from_secret(secret.expose_secret()), &rules) {
                Ok(data) => return self.accept(data.claims),
                Err(error) => refusal = words(&error),
            }
            // A signature that fits settles which secret it was.
            if refusal != WRONG_SIGNATURE {
                break;
            }
        }
        Err(refusal)
    }

    fn accept(&self, raw: Raw) -> Result<Claims, String> {
        let subject = raw.sub.or(raw.user_id).map(Word::text).filter(|s| !s.is_empty());
        let subject = subject.ok_or("It names nobody: it needs sub or user_id.")?;
        if subject.len() > 200 {
            return Err("Its sub is longer than 200 characters.".to_owned());
        }
        if raw.tenant.map(Word::text).is_some_and(|t| t != self.slug) {
            return Err("It is meant for another tenant.".to_owned());
        }
        let until = raw.exp.and_then(|exp| DateTime::from_timestamp(exp, 0)).ok_or("Its exp is not a time.")?;
        let role = raw.role.unwrap_or_default().trim().to_lowercase();
        let trimmed = |text: Option<String>, most: usize| {
            text.map(|t| t.trim().chars().take(most).collect::<String>()).filter(|t| !t.is_empty())
        };
        let email = trimmed(raw.email, 254).filter(|e| e.contains('@')).map(|e| e.to_lowercase());
        Ok(Claims { subject, role, email, name: trimmed(raw.name, 120), until })
    }

    /// The role that a token's word means here.
    pub fn role_of(&self, word: &str) -> Option<Uuid> {
        self.roles.get(word).copied()
    }

    fn issuer_key(&self) -> &str {
        self.issuer.as_deref().unwrap_or(ANY_ISSUER)
    }
}

const WRONG_SIGNATURE: &str = "Its signature does not fit any active secret.";

fn words(error: &jsonwebtoken::errors::Error) -> String {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature => WRONG_SIGNATURE.to_owned(),
        ErrorKind::ExpiredSignature => "It has expired.".to_owned(),
        ErrorKind::ImmatureSignature => "It is not valid yet.".to_owned(),
        ErrorKind::InvalidIssuer => "Another issuer signed it.".to_owned(),
        ErrorKind::MissingRequiredClaim(claim) => format!("It lacks {claim}."),
        ErrorKind::Json(_) => "Its claims can't be read: exp must be a number, role a text, sub a text or a number.".to_owned(),
        _ => "It can't be read.".to_owned(),
    }
}

#[derive(FromQueryResult)]
struct KnownRow {
    user_id: Uuid,
    name: String,
    email: String,
    role_id: Uuid,
    team_id: Option<Uuid>,
    active: bool,
}

/// Somebody whom the tokens' issuer knows, and we by now.
#[derive(Debug, Clone)]
pub struct Known {
    /// Our id.
    pub user: Uuid,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    team: Option<Uuid>,
    active: bool,
}

/// Looks somebody up by the issuer's id, and keeps a shadow user's role as the token says.
pub async fn known(tx: &TenantTx, console: &Console, claims: &Claims) -> kernel::Result<Option<(Known, Uuid)>> {
    let sql = "select u.id as user_id, u.name, u.email, u.role_id, u.team_id, u.status = 'active' as active
               from user_subjects s join users u on u.id = s.user_id where s.issuer = $1 and s.subject = $2";
    let row: Option<KnownRow> = tx.one(sql, [console.issuer_key().into(), claims.subject.as_str().into()]).await?;
    Ok(row.map(|r| (Known { user: r.user_id, name: r.name, email: r.email, team: r.team_id, active: r.active }, r.role_id)))
}

/// Remembers that the issuer's id means this user; false if somebody was quicker.
pub async fn link(tx: &TenantTx, console: &Console, claims: &Claims, user: Uuid) -> kernel::Result<bool> {
    let sql = "insert into user_subjects (issuer, subject, user_id) values ($1, $2, $3) on conflict do nothing";
    Ok(tx.run(sql, [console.issuer_key().into(), claims.subject.as_str().into(), user.into()]).await? == 1)
}

impl Access {
    /// What a tenant says of its console.
    pub async fn console(&self, tenant: &Tenant) -> kernel::Result<Arc<Console>> {
        Ok(self.snapshot(tenant).await?.console.clone())
    }

    /// The actor behind a good token, if this process knows it already.
    pub async fn known_outsider(&self, tenant: &Tenant, claims: &Claims) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        Ok(snapshot.answers.outsiders.get(&(snapshot.id, (claims.subject.clone(), claims.role.clone()))).await)
    }

    /// What a good token would give somebody without an account here.
    pub async fn would_be(&self, tenant: &Tenant, claims: &Claims) -> kernel::Result<Actor> {
        let snapshot = self.snapshot(tenant).await?;
        let role = snapshot.role_of(claims)?;
        let known = Known { user: Uuid::nil(), name: String::new(), email: String::new(), team: None, active: true };
        snapshot.resolve_outsider(known, role, &claims.role).await
    }

    /// The actor behind a good token, whose subject has an account here; `None` if that is closed.
    pub async fn outsider(&self, tenant: &Tenant, claims: &Claims) -> kernel::Result<Option<Arc<Actor>>> {
        let snapshot = self.snapshot(tenant).await?;
        let role = snapshot.role_of(claims)?;
        let tx = self.db.begin(tenant, ViewClass::FULL, Mode::Read).await?;
        let found = known(&tx, &snapshot.console, claims).await?;
        drop(tx);
        let Some((known, _)) = found.filter(|(k, _)| k.active) else { return Ok(None) };
        let actor = Arc::new(snapshot.resolve_outsider(known, role, &claims.role).await?);
        let key = (snapshot.id, (claims.subject.clone(), claims.role.clone()));
        snapshot.answers.outsiders.insert(key, actor.clone()).await;
        Ok(Some(actor))
    }
}

/// The refusal of a role that nobody mapped.
pub fn role_unknown(word: &str) -> DomainError {
    let message =
        if word.is_empty() { "The token names no role.".to_owned() } else { format!("The role {word} has no access here.") };
    DomainError::Forbidden { code: "role_not_mapped", message }
}

impl Snapshot {
    fn role_of(&self, claims: &Claims) -> kernel::Result<Uuid> {
        let role = self.console.role_of(&claims.role).filter(|id| self.roles.contains_key(id));
        role.ok_or_else(|| role_unknown(&claims.role))
    }

    /// The role is the token's, the account ours. Password and second factor are the issuer's business.
    async fn resolve_outsider(&self, known: Known, role: Uuid, word: &str) -> kernel::Result<Actor> {
        let row = ActorRow {
            user_id: known.user,
            name: known.name,
            email: known.email,
            role_id: role,
            team_id: known.team,
            must_change_password: false,
            two_factor: false,
            expires_at: Utc::now(),
        };
        let mut actor = self.resolve(row, SessionId(Uuid::nil())).await?;
        actor.session = None;
        actor.two_factor_required = false;
        if word == OVER_ALL_TEAMS {
            actor.grants.values_mut().filter(|scope| **scope == Scope::Team).for_each(|scope| *scope = Scope::All);
        }
        Ok(actor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    fn console(issuer: Option<&str>) -> Console {
        Console {
            issuer: issuer.map(str::to_owned),
            secrets: vec![b"old".to_vec().into(), b"new".to_vec().into()],
            slug: "acme".into(),
            ..Console::default()
        }
    }

    fn token(secret: &[u8], claims: &Json) -> String {
        encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret)).expect("a token")
    }

    #[test]
    fn what_a_token_may_say() {
        let end = Utc::now().timestamp() + 60;
        for (claims, subject) in [
            (json!({ "sub": "u1", "role": "Admin", "exp": end }), "u1"),
            (json!({ "sub": 17, "role": "agent", "exp": end }), "17"),
            (json!({ "user_id": 17, "role": "agent", "exp": end, "tenant": "acme" }), "17"),
        ] {
            for secret in [b"old", b"new"] {
                assert_eq!(console(None).read(&token(secret, &claims)).expect("a good token").subject, subject);
            }
        }
        for (claims, says) in [
            (json!({ "sub": "u1", "role": "admin" }), "It lacks exp."),
            (json!({ "role": "admin", "exp": end }), "It names nobody"),
            (json!({ "sub": "u1", "exp": end - 120 }), "It has expired."),
            (json!({ "sub": "u1", "exp": end, "nbf": end }), "It is not valid yet."),
            (json!({ "sub": "u1", "exp": end, "tenant": "other" }), "another tenant"),
            (json!({ "sub": ["u1"], "exp": end }), "can't be read"),
        ] {
            let refusal = console(None).read(&token(b"new", &claims)).expect_err("a refusal");
            assert!(refusal.contains(says), "{claims}: {refusal}");
        }
    }

    #[test]
    fn who_may_sign() {
        let claims = json!({ "sub": "u1", "role": "admin", "exp": Utc::now().timestamp() + 60, "iss": "cms" });
        assert!(console(Some("cms")).read(&token(b"new", &claims)).is_ok());
        assert!(console(Some("else")).read(&token(b"new", &claims)).is_err_and(|e| e.contains("Another issuer")));
        assert!(console(None).read(&token(b"stranger", &claims)).is_err_and(|e| e == WRONG_SIGNATURE));
        let strong = encode(&Header::new(Algorithm::HS512), &claims, &EncodingKey::from_secret(b"new")).expect("a token");
        assert!(console(None).read(&strong).is_err_and(|e| e.contains("HS512")));
        let unsigned = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1MSJ9.";
        assert!(console(None).read(unsigned).is_err());
    }
}
