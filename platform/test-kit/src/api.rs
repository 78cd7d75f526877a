//! Plain HTTP, as an outside program speaks it: no types shared with the server.

use reqwest::Method;
use serde_json::Value as Json;

use crate::world::World;

/// A caller at one host.
#[derive(Clone)]
pub struct Api<'w> {
    world: &'w World,
    host: String,
    token: Option<String>,
    headers: Vec<(String, String)>,
    /// The user's id, once signed in.
    pub user_id: Option<String>,
    /// The refresh token, once signed in.
    pub refresh_token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: reqwest::header::HeaderMap,
    /// Body as text.
    pub text: String,
    /// Body as JSON, null if it is none.
    pub json: Json,
}

impl Reply {
    /// Asserts the status, showing the body if it differs.
    #[track_caller]
    pub fn expect(self, status: u16) -> Json {
        assert_eq!(self.status, status, "{}", self.text);
        self.json
    }

    /// Asserts status and code of a failure.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Json {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        self.json
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }
}

impl<'w> Api<'w> {
    pub(crate) fn new(world: &'w World, host: String) -> Self {
        Self { world, host, token: None, headers: Vec::new(), user_id: None, refresh_token: None }
    }

    /// The same caller with a header on every request.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same host with another access token.
    pub fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// The access token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The user's id.
    pub fn id(&self) -> &str {
        self.user_id.as_deref().unwrap_or_default()
    }

    /// Signs in; `prefix` is `/api` or `/api/platform`.
    pub async fn sign_in(mut self, prefix: &str, email: &str, password: &str) -> Self {
        let body = serde_json::json!({ "email": email, "password": password });
        let answer = self.post(&format!("{prefix}/auth/login"), &body).await.expect(200);
        self.token = answer["access_token"].as_str().map(str::to_owned);
        self.refresh_token = answer["refresh_token"].as_str().map(str::to_owned);
        self.user_id = answer["user"]["id"].as_str().map(str::to_owned);
        self
    }

    /// A request that can be changed before it leaves.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = format!("http://127.0.0.1:{}{path}", self.world.port);
        let mut request = self.world.http.request(method, url).header("host", &self.host);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Reply {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Json::Null);
        Reply { status, headers, text, json }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// POST.
    pub async fn post(&self, path: &str, body: &Json) -> Reply {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// PATCH.
    pub async fn patch(&self, path: &str, body: &Json) -> Reply {
        self.send(self.request(Method::PATCH, path).json(body)).await
    }

    /// PUT.
    pub async fn put(&self, path: &str, body: &Json) -> Reply {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Follows an event stream until `wanted` events of it arrived or `seconds` passed; `after`
    /// runs once the stream is open.
    pub async fn follow<F: Future<Output = ()>>(&self, path: &str, wanted: usize, seconds: u64, after: F) -> Vec<(String, Json)> {
        let response = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        after.await;
        let mut response = response;
        let (mut text, mut events) = (String::new(), Vec::new());
        let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(seconds);
        while events.len() < wanted {
            match tokio::time::timeout_at(deadline, response.chunk()).await {
                Ok(Ok(Some(chunk))) => text.push_str(&String::from_utf8_lossy(&chunk)),
                _ => break,
            }
            while let Some(end) = text.find("\n\n") {
                let block: String = text.drain(..end + 2).collect();
                let part = |key: &str| block.lines().find_map(|l| l.strip_prefix(key)).map(|v| v.trim().to_owned());
                if let (Some(name), Some(data)) = (part("event:"), part("data:")) {
                    events.push((name, serde_json::from_str(&data).unwrap_or(Json::Null)));
                }
            }
        }
        events
    }
}
