//! Access tokens under attack: everything but the one that was given out is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey};
use secrecy::ExposeSecret as _;
use serde_json::{Value as Json, json};
use test_kit::{Api, Broker, World};

/// A maker of tokens that knows a key.
struct Forge {
    key: Vec<u8>,
    claims: Json,
}

fn packed(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

fn unpacked(part: &str) -> Json {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

impl Forge {
    /// With the tenant's own key and the claims of a real token.
    async fn of(broker: &Broker<'_>, token: &str) -> Self {
        let key = broker.tenant().await.jwt_key.as_ref().unwrap().expose_secret().to_vec();
        Self { key, claims: unpacked(token.split('.').nth(1).unwrap()) }
    }

    fn signed(&self, header: &Json, claims: &str, algorithm: Algorithm) -> String {
        let message = format!("{}.{}", packed(&header.to_string()), packed(claims));
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(&self.key), algorithm).unwrap();
        format!("{message}.{signature}")
    }

    fn plain(&self, claims: &Json) -> String {
        self.signed(&json!({ "alg": "HS256", "typ": "JWT" }), &claims.to_string(), Algorithm::HS256)
    }

    /// The real claims with some changed; null takes one away.
    fn with(&self, changes: &Json) -> String {
        let mut claims = self.claims.clone();
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Json::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        self.plain(&claims)
    }

    /// The real claims under another header.
    fn under(&self, header: &Json) -> String {
        self.signed(header, &self.claims.to_string(), Algorithm::HS256)
    }
}

fn unsigned(forge: &Forge, word: &str) -> Vec<String> {
    let head = packed(&json!({ "alg": word, "typ": "JWT" }).to_string());
    let body = packed(&forge.claims.to_string());
    let real = forge.plain(&forge.claims);
    let signature = real.rsplit('.').next().unwrap();
    vec![format!("{head}.{body}."), format!("{head}.{body}"), format!("{head}.{body}.{signature}")]
}

/// What each forged token tries, with the token.
fn forgeries(ours: &Forge, real: &str, anna: &str, acme: &str, foreign: &Forge) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, token: String| all.push((name.to_owned(), token));
    for word in ["none", "None", "nOnE", "NONE", ""] {
        for token in unsigned(ours, word) {
            add(&format!("alg {word:?}"), token);
        }
    }
    let (head, rest) = real.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let now = ours.claims["iat"].as_i64().unwrap();

    // Keys that are not this broker's.
    add("another broker's key", Forge { key: foreign.key.clone(), claims: ours.claims.clone() }.plain(&ours.claims));
    for (name, key) in [("the empty key", ""), ("a known word", "secret"), ("the audience", acme)] {
        add(name, Forge { key: key.into(), claims: ours.claims.clone() }.plain(&ours.claims));
    }
    let attacker = Forge { key: b"attacker".to_vec(), claims: ours.claims.clone() };
    for kid in ["../../../../dev/null", "' union select 'attacker' --", "https://evil.example/key"] {
        add("kid", attacker.under(&json!({ "alg": "HS256", "typ": "JWT", "kid": kid })));
    }
    for name in ["jku", "x5u"] {
        add(name, attacker.under(&json!({ "alg": "HS256", "typ": "JWT", name: "https://evil.example/keys" })));
    }
    let own_key = json!({ "kty": "oct", "k": packed("attacker") });
    add("jwk", attacker.under(&json!({ "alg": "HS256", "typ": "JWT", "jwk": own_key })));
    add("another algorithm", ours.signed(&json!({ "alg": "HS384", "typ": "JWT" }), &ours.claims.to_string(), Algorithm::HS384));
    add("a longer hash", ours.signed(&json!({ "alg": "HS512", "typ": "JWT" }), &ours.claims.to_string(), Algorithm::HS512));
    add("another kind of token", ours.with(&json!({ "typ": "recovery" })));
    add("half of it", real[..real.len() / 2].to_owned());
    add("an algorithm of key pairs", ours.under(&json!({ "alg": "RS256", "typ": "JWT" })));

    // Claims of no token of ours, though under our key.
    for (name, changes) in [
        ("expired", json!({ "iat": now - 7_200, "exp": now - 3_600 })),
        ("not before", json!({ "nbf": now + 3_600 })),
        ("issued tomorrow", json!({ "iat": now + 86_400, "exp": now + 90_000 })),
        ("issuer", json!({ "iss": "somebody" })),
        ("audience", json!({ "aud": foreign.claims["aud"] })),
        ("the word refresh", json!({ "typ": "refresh" })),
        ("another user in this session", json!({ "sub": anna })),
        ("a session that never was", json!({ "sid": "0190a000-0000-7000-8000-000000000000" })),
        ("another broker's session", json!({ "sub": foreign.claims["sub"], "sid": foreign.claims["sid"] })),
        ("no expiry", json!({ "exp": null })),
        ("expiry as text", json!({ "exp": "never" })),
        ("no audience", json!({ "aud": null })),
        ("no issuer", json!({ "iss": null })),
        ("no session", json!({ "sid": null })),
        ("no type", json!({ "typ": null })),
    ] {
        add(name, ours.with(&changes));
    }
    let twice = ours.claims.to_string().replacen('{', &format!("{{\"sub\":\"{anna}\","), 1);
    add("a claim twice", ours.signed(&json!({ "alg": "HS256", "typ": "JWT" }), &twice, Algorithm::HS256));

    // The real one, bent.
    let mut raised = ours.claims.clone();
    raised["sub"] = anna.into();
    raised["role"] = "Owner".into();
    add("other claims under the old signature", format!("{head}.{}.{signature}", packed(&raised.to_string())));
    add("an empty signature", format!("{head}.{body}."));
    add("no signature", format!("{head}.{body}"));
    let first = if signature.starts_with('A') { "B" } else { "A" };
    add("a bent signature", format!("{head}.{body}.{first}{}", &signature[1..]));
    add("a fourth part", format!("{real}.x"));
    add("twice", format!("{real},{real}"));
    add("rubbish", "....".into());
    add("nothing", String::new());
    add("100 KB", format!("{head}.{body}.{}", "x".repeat(100_000)));
    all
}

#[tokio::test]
async fn forged_tokens_open_nothing() {
    let world = World::new().await;
    let (broker, other) = (world.broker("acme").await, world.broker("other").await);
    let anna = broker.actor("Anna", "CRM Manager", None).await;
    let (manager, stranger, owner) = (broker.manager().await, other.manager().await, world.owner().await);
    let ours = Forge::of(&broker, manager.token()).await;
    let foreign = Forge::of(&other, stranger.token()).await;
    let with = |token: &str| -> Api<'_> { broker.nobody().with_token(token) };
    // The maker makes good ones too: what is refused below is refused for what is wrong with it.
    with(&ours.plain(&ours.claims)).get("/api/clients").await.expect(200);
    with(&ours.under(&json!({ "alg": "HS256" }))).get("/api/clients").await.expect(200);

    let acme = ours.claims["aud"].as_str().unwrap();
    let mut tokens = forgeries(&ours, manager.token(), anna.id(), acme, &foreign);
    tokens.push(("another broker's token".into(), stranger.token().to_owned()));
    tokens.push(("the platform owner's token".into(), owner.token().to_owned()));
    tokens.push(("a refresh token".into(), manager.refresh_token.clone().unwrap()));
    assert!(tokens.len() > 50);
    for (name, token) in &tokens {
        let reply = with(token).get("/api/clients").await;
        assert_eq!(reply.status, 401, "{name}: {}", reply.text);
        assert!(reply.header("www-authenticate").is_some(), "{name}");
        assert_eq!(with(token).get("/api/me").await.status, 401, "{name}");
    }
    // A server may give up on a head of this size before it looks for a token.
    let huge = format!("{}.{}", manager.token(), "x".repeat(1_000_000));
    if let Ok(reply) = with(&huge).request(reqwest::Method::GET, "/api/clients").send().await {
        assert!([401, 431].contains(&reply.status().as_u16()), "{}", reply.status());
    }
    for header in ["Basic YWRhOmE=", "Bearer", "Token x"] {
        let nobody = broker.nobody().with("authorization", header);
        assert_eq!(nobody.get("/api/clients").await.status, 401, "{header}");
    }
    world.platform().with_token(manager.token()).get("/api/platform/tenants").await.refused(401, "invalid_token");
    manager.get("/api/clients").await.expect(200);
    manager.post("/api/auth/logout", &json!({})).await.expect(204);
    manager.get("/api/clients").await.refused(401, "session_ended");
}
