//! Plain HTTP, as an outside program speaks it.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value as Json, json};

/// A caller at one host.
pub struct Client {
    http: reqwest::Client,
    base: String,
    /// The `Host` of its requests.
    pub host: String,
    /// Its access token.
    pub token: String,
}

impl Client {
    /// Nobody, at a host behind a local port.
    pub fn new(port: u16, host: &str) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(30)).no_proxy().build()?;
        Ok(Self { http, base: format!("http://127.0.0.1:{port}"), host: host.to_owned(), token: String::new() })
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Whether everything behind the server answers.
    pub async fn is_ready(&self) -> bool {
        self.http.get(self.url("/ready")).send().await.is_ok_and(|r| r.status().as_u16() == 200)
    }

    /// Signs in.
    pub async fn sign_in(&mut self, email: &str, password: &str) -> anyhow::Result<()> {
        let body = json!({ "email": email, "password": password }).to_string();
        let request = self.http.post(self.url("/api/auth/login")).header("host", &self.host);
        let answer = request.header("content-type", "application/json").body(body).send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!(status == 200, "sign-in at {} answers {status}: {text}", self.host);
        let json: Json = serde_json::from_str(&text)?;
        self.token = json["access_token"].as_str().context("no access token")?.to_owned();
        Ok(())
    }

    /// The text of an answer, which must be 200.
    pub async fn text(&self, path: &str) -> anyhow::Result<String> {
        let request = self.http.get(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!(status == 200, "{path} answers {status}: {text}");
        Ok(text)
    }

    /// The status of an answer.
    pub async fn status(&self, path: &str) -> anyhow::Result<u16> {
        let request = self.http.get(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        answer.bytes().await?;
        Ok(status)
    }

    /// A change, which must be answered with 200.
    pub async fn patch(&self, path: &str, body: &Json) -> anyhow::Result<()> {
        let request = self.http.patch(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!(status == 200, "{path} answers {status}: {text}");
        Ok(())
    }

    /// A command, which must be answered with 200, 201 or 202; returns the answer.
    pub async fn post(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let request = self.http.post(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!((200..=202).contains(&status), "{path} answers {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// As [`post`](Self::post), with PUT.
    pub async fn put(&self, path: &str, body: &Json) -> anyhow::Result<Json> {
        let request = self.http.put(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.header("content-type", "application/json").body(body.to_string()).send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!(status == 200, "{path} answers {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Sends a form with a file of any size, which must be answered with 201.
    pub async fn upload(&self, path: &str, form: reqwest::multipart::Form) -> anyhow::Result<Json> {
        let request = self.http.post(self.url(path)).header("host", &self.host).bearer_auth(&self.token);
        let answer = request.timeout(Duration::from_secs(600)).multipart(form).send().await?;
        let (status, text) = (answer.status().as_u16(), answer.text().await?);
        anyhow::ensure!(status == 201, "{path} answers {status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }
}
