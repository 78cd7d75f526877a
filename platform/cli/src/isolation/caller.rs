//! Requests as an outside program sends them: to the given address, with the tenant's host.

use std::time::Duration;

use anyhow::Context as _;
use chrono::Utc;
use reqwest::Method;
use runtime::http::token;
use runtime::{Ctx, Rows as _, SharedApp};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::plan::PARTS;
use super::plant::Planted;
use super::rules::Viewer;

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers and body as one text, for the hunt.
    pub all: String,
    /// The body, null if it is no JSON.
    pub json: Json,
}

impl Answer {
    /// Whether it is a 2xx, or leads on to a file.
    pub fn accepted(&self) -> bool {
        (200..400).contains(&self.status)
    }

    /// Rows of a list.
    pub fn rows(&self) -> usize {
        self.json["data"].as_array().map_or(0, Vec::len)
    }
}

/// A caller at one host.
#[derive(Debug, Clone)]
pub struct Caller {
    http: reqwest::Client,
    base: String,
    host: String,
    token: Option<String>,
}

impl Caller {
    /// Nobody at a host.
    pub fn new(base: &str, host: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(30))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .http1_only()
            .build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), host: host.to_owned(), token: None })
    }

    /// The same connections at another host, with this one's token.
    pub fn at(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// With another token, or the key of a program.
    pub fn with(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// Without a token.
    pub fn nobody(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// A request that can be changed before it leaves.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base)).header("host", &self.host);
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let mut all = String::new();
        for (name, value) in response.headers() {
            all.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
        }
        let body = response.text().await?;
        let json = serde_json::from_str(&body).unwrap_or(Json::Null);
        all.push_str(&body);
        Ok(Answer { status, all, json })
    }

    /// GET.
    pub async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Signs in. Where the installation lets no more sign-ins through from this address for the moment,
    /// the session is opened from inside: the token is the same.
    pub async fn sign_in(
        &self,
        app: &SharedApp,
        planted: &Planted,
        viewer: &Viewer,
        password: &str,
    ) -> anyhow::Result<(Self, bool)> {
        let body = json!({ "email": viewer.email, "password": password });
        let answer = self.send(self.request(Method::POST, "/api/auth/login").json(&body)).await?;
        let (token, over_http) = match answer.status {
            200 => (answer.json["access_token"].as_str().context("no access token")?.to_owned(), true),
            429 => (open_session(app, planted, viewer).await?, false),
            other => anyhow::bail!("{} can't sign in at {}: {other} {}", viewer.role_name, self.host, answer.json["code"]),
        };
        Ok((Self { token: Some(token), ..self.clone() }, over_http))
    }
}

async fn open_session(app: &SharedApp, planted: &Planted, viewer: &Viewer) -> anyhow::Result<String> {
    let ctx = Ctx::system(app, &planted.tenant, "Isolation prover").await?;
    let session = kernel::ids::SessionId::new();
    let sql = "insert into sessions (id, user_id, expires_at) values ($1, $2, now() + interval '10 minutes')";
    ctx.tx().run(sql, [session.0.into(), viewer.user.into()]).await?;
    ctx.access_changed().await?;
    ctx.commit().await?;
    let lives = Duration::from_secs(600);
    Ok(token::issue(&planted.tenant, kernel::ids::UserId(viewer.user), session, Utc::now().timestamp(), lives)?)
}

/// A path with its placeholders filled: the record first, whatever else is in it with another id.
pub fn fill(path: &str, first: &str, second: Uuid) -> String {
    let mut out = String::new();
    let mut filled = 0;
    for (n, part) in path.split('/').enumerate() {
        if n > 0 {
            out.push('/');
        }
        if let Some((_, word)) = PARTS.iter().find(|(name, _)| *name == part) {
            out.push_str(word);
        } else if part == "{key}" && !path.contains("/pipelines/") {
            out.push_str("new");
        } else if part.starts_with('{') {
            out.push_str(&if filled == 0 { first.to_owned() } else { second.to_string() });
            filled += 1;
        } else {
            out.push_str(part);
        }
    }
    out
}
