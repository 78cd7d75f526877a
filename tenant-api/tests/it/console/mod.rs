//! The contract of a broker's own console, spoken over plain HTTP: its tokens, and each path of `/admin`.

mod customers;
mod overview;
mod sales;
mod tokens;
mod words;

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker};

pub const SECRET: &str = "a-secret-that-the-cms-knows-as-well";

/// A token as the console's CMS signs it.
pub fn signed(secret: &str, claims: &Json) -> String {
    encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
}

pub fn soon() -> i64 {
    chrono::Utc::now().timestamp() + 600
}

/// Sets the console up with one secret.
pub async fn set_up(broker: &Broker<'_>) -> Json {
    let body = json!({ "secrets": [{ "id": "main", "secret": SECRET }], "cors_origins": ["https://console.example.com"] });
    broker.manager().await.put("/api/settings/console", &body).await.expect(200)
}

/// Somebody whom the CMS signed in.
pub fn console<'w>(broker: &Broker<'w>, sub: &str, role: &str) -> Api<'w> {
    let claims = json!({ "sub": sub, "role": role, "exp": soon(), "email": format!("{sub}@cms.example.com"), "name": sub });
    broker.nobody().with_token(&signed(SECRET, &claims))
}
