//! A provider of captchas, as hCaptcha and Turnstile answer: `POST` of a form with `secret` and
//! `response`, an answer of `{success, hostname, error-codes}`.
//!
//! What it says is in the token: `good@<host>` was solved on that host, once; everything else was not
//! solved. It keeps what it was asked, so that a test can look at it.

use std::collections::{BTreeMap, HashSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The one secret that it knows.
pub const SECRET: &str = "sandbox-captcha-secret";
const LONGEST: usize = 64 << 10;

#[derive(Debug, Default)]
struct State {
    asked: Vec<BTreeMap<String, String>>,
    used: HashSet<String>,
    silent: bool,
}

/// The running provider. Ends when dropped.
#[derive(Debug)]
pub struct CaptchaServer {
    addr: SocketAddr,
    state: Arc<Mutex<State>>,
    server: JoinHandle<()>,
}

impl Drop for CaptchaServer {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl CaptchaServer {
    /// Listens on a free loopback port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let state = Arc::new(Mutex::new(State::default()));
        let kept = state.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = kept.clone();
                tokio::spawn(async move {
                    let answer = service_fn(move |request| answer(state.clone(), request));
                    // A caller who hangs up is no concern of ours.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        Ok(Self { addr, state, server })
    }

    /// Where answers are checked.
    pub fn url(&self) -> String {
        format!("http://{}/siteverify", self.addr)
    }

    /// Every question so far, field by field.
    pub fn asked(&self) -> Vec<BTreeMap<String, String>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }

    /// Makes it accept questions and answer none.
    pub fn fall_silent(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).silent = true;
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let say = |status: StatusCode, text: String| {
        let mut response = Response::new(Full::new(Bytes::from(text)));
        *response.status_mut() = status;
        response.headers_mut().insert("content-type", hyper::header::HeaderValue::from_static("application/json"));
        response
    };
    if request.method() != Method::POST || request.uri().path() != "/siteverify" {
        return Ok(say(StatusCode::NOT_FOUND, "{}".to_owned()));
    }
    let Ok(body) = Limited::new(request.into_body(), LONGEST).collect().await else {
        return Ok(say(StatusCode::PAYLOAD_TOO_LARGE, "{}".to_owned()));
    };
    let fields = fields(&body.to_bytes());
    let (verdict, silent) = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.asked.push(fields.clone());
        (judge(&mut state.used, &fields), state.silent)
    };
    if silent {
        tokio::time::sleep(Duration::from_secs(600)).await;
    }
    Ok(say(StatusCode::OK, verdict.to_string()))
}

fn judge(used: &mut HashSet<String>, fields: &BTreeMap<String, String>) -> serde_json::Value {
    let of = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let refused = |code: &str| json!({ "success": false, "error-codes": [code] });
    if of("secret") != SECRET {
        return refused("invalid-input-secret");
    }
    let token = of("response");
    match token.strip_prefix("good@").and_then(|rest| rest.split('#').next()) {
        None => refused("invalid-input-response"),
        Some(_) if !used.insert(token.to_owned()) => refused("timeout-or-duplicate"),
        Some(host) => json!({ "success": true, "hostname": host, "challenge_ts": "2026-01-01T00:00:00Z", "error-codes": [] }),
    }
}

/// The fields of an `application/x-www-form-urlencoded` body.
fn fields(body: &[u8]) -> BTreeMap<String, String> {
    let text = String::from_utf8_lossy(body);
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let escaped =
            more.get(..2).and_then(|two| std::str::from_utf8(two).ok()).and_then(|two| u8::from_str_radix(two, 16).ok());
        match (first, escaped) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &more[2..];
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = more;
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read() {
        let read = fields(b"secret=a%2Bb&response=good%40acme.localhost&x=1+2&y=%zz");
        assert_eq!(read["secret"], "a+b");
        assert_eq!(read["response"], "good@acme.localhost");
        assert_eq!((read["x"].as_str(), read["y"].as_str()), ("1 2", "%zz"));
    }

    #[test]
    fn a_token_is_good_once() {
        let mut used = HashSet::new();
        let ask = |used: &mut HashSet<String>, secret: &str, token: &str| {
            judge(used, &BTreeMap::from([("secret".into(), secret.into()), ("response".into(), token.into())]))
        };
        assert_eq!(ask(&mut used, SECRET, "good@acme.localhost#1")["hostname"], "acme.localhost");
        assert_eq!(ask(&mut used, SECRET, "good@acme.localhost#1")["success"], false);
        assert_eq!(ask(&mut used, SECRET, "bad")["success"], false);
        assert_eq!(ask(&mut used, "other", "good@acme.localhost#2")["error-codes"][0], "invalid-input-secret");
    }
}
