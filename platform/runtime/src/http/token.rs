//! Access tokens: short-lived JWTs, signed with the tenant's own key and bound to the tenant, the
//! user and the session. A token of one tenant says nothing at another's address.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kernel::DomainError;
use kernel::ids::{SessionId, UserId};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::registry::Tenant;

const ISSUER: &str = "brokerdesk";
/// Seconds by which the clocks of two servers may differ.
const LEEWAY: u64 = 5;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    sid: SessionId,
    typ: String,
    iat: i64,
    exp: i64,
}

/// Signs an access token.
pub fn issue(tenant: &Tenant, user: UserId, session: SessionId, now: i64, lives: Duration) -> kernel::Result<String> {
    let key = tenant.jwt_key.as_ref().ok_or_else(|| DomainError::internal("the tenant has no signing key"))?;
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: tenant.id.to_string(),
        sub: user,
        sid: session,
        typ: "access".to_owned(),
        iat: now,
        exp: now + i64::try_from(lives.as_secs()).unwrap_or(600),
    };
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(key.expose_secret()))
        .map_err(DomainError::internal)
}

/// Checks an access token; every fault gets the same answer.
pub fn verify(tenant: &Tenant, token: &str) -> kernel::Result<(UserId, SessionId)> {
    let refuse = || DomainError::unauthenticated("invalid_token", "The access token is not valid. Sign in again.");
    let key = tenant.jwt_key.as_ref().ok_or_else(refuse)?;
    if token.len() > 2_000 {
        return Err(refuse());
    }
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_audience(&[tenant.id.to_string()]);
    rules.set_issuer(&[ISSUER]);
    rules.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    rules.leeway = LEEWAY;
    rules.validate_nbf = true;
    let data =
        jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(key.expose_secret()), &rules).map_err(|_| refuse())?;
    // One of ours is never from the future.
    let ahead = data.claims.iat.saturating_sub_unsigned(jsonwebtoken::get_current_timestamp()) > LEEWAY.cast_signed();
    if data.claims.typ != "access" || ahead {
        return Err(refuse());
    }
    Ok((data.claims.sub, data.claims.sid))
}
