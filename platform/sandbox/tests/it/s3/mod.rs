//! The object store through the SDK, through a browser's eyes, and by hand.

mod attacks;
mod forms;
mod store;

use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connectors::s3::{S3FileStore, S3Settings};
use sandbox::{AllowedOrigins, S3Options, S3Server};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const BUCKET: &str = "brokerdesk";
const ACCESS: &str = "AKLOCAL";
const SECRET: &str = "local-secret-for-tests";
const ORIGIN: &str = "http://northwind.localhost:8080";

struct World {
    dir: TempDir,
    server: S3Server,
    client: Client,
    store: S3FileStore,
    http: reqwest::Client,
}

fn options(dir: &TempDir) -> S3Options {
    S3Options {
        data_dir: dir.path().join("s3"),
        access_key: ACCESS.into(),
        secret_key: SECRET.into(),
        bucket: BUCKET.into(),
        allowed_origins: AllowedOrigins::list([ORIGIN]),
        listen: None,
    }
}

async fn world() -> World {
    let dir = tempfile::tempdir().unwrap();
    let server = S3Server::start(options(&dir)).await.unwrap();
    let store = S3FileStore::new(&S3Settings {
        endpoint: Some(server.endpoint()),
        region: "us-east-1".into(),
        bucket: BUCKET.into(),
        access_key: ACCESS.into(),
        secret_key: SECRET.into(),
    });
    World { client: client(&server.endpoint(), SECRET), http: reqwest::Client::new(), dir, server, store }
}

fn client(endpoint: &str, secret: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(ACCESS, secret, None, None, "test"))
        .endpoint_url(endpoint)
        .force_path_style(true)
        .build();
    Client::from_conf(config)
}

fn digest(bytes: &[u8]) -> String {
    STANDARD.encode(Sha256::digest(bytes))
}

fn minutes(n: u64) -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(n * 60)).unwrap()
}

impl World {
    /// A complete upload link: type, length, checksum and "only once" signed.
    async fn link(&self, key: &str, content_type: &str, bytes: &[u8]) -> PresignedRequest {
        self.client
            .put_object()
            .bucket(BUCKET)
            .key(key)
            .content_type(content_type)
            .content_length(bytes.len() as i64)
            .checksum_sha256(digest(bytes))
            .if_none_match("*")
            .presigned(minutes(10))
            .await
            .unwrap()
    }

    /// Every file below the data directory that holds `needle`.
    fn traces(&self, needle: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        let mut dirs = vec![self.dir.path().to_owned()];
        while let Some(dir) = dirs.pop() {
            for entry in std::fs::read_dir(dir).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    dirs.push(path);
                } else if std::fs::read(&path).unwrap().windows(needle.len()).any(|window| window == needle) {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }

    /// Sends bytes as they are and returns the status of the answer, 0 when
    /// there is none: the server may close before it has read everything. With
    /// `hang_up` the sender then closes its side, as one that dies.
    async fn raw(&self, request: &[u8], hang_up: bool) -> u16 {
        let stream = TcpStream::connect(self.server.addr()).await.unwrap();
        let (mut read, mut write) = stream.into_split();
        let send = async {
            let _ = write.write_all(request).await;
            if hang_up {
                let _ = write.shutdown().await;
            }
        };
        let mut answer = Vec::new();
        let receive = async {
            let mut part = [0; 4_096];
            while let Ok(n @ 1..) = read.read(&mut part).await {
                answer.extend_from_slice(&part[..n]);
            }
        };
        let both = async { tokio::join!(send, receive) };
        let in_time = tokio::time::timeout(Duration::from_secs(20), both).await;
        assert!(in_time.is_ok(), "no answer");
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1);
        status.and_then(|status| status.parse().ok()).unwrap_or(0)
    }
}
