//! An object store in our own process, for development, tests and small
//! single-machine installations.
//!
//! `s3s` speaks the protocol and checks the signatures, `s3s-fs` keeps objects
//! as files. Neither is safe bare: keys with `..` reach other tenants, unsigned
//! headers copy foreign objects, wrong bytes are stored before they are
//! refused. What makes it safe stands in front (`guard`) and inside
//! (`rules`); never serve the store without both. No durability promise, no
//! encryption, no quota.

mod answers;
mod cors;
mod guard;
mod rules;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::auth::SimpleAuth;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use crate::process::{blocking, remembered_port, write_private};
pub use cors::AllowedOrigins;
use guard::Guard;
use rules::KeyRules;

/// The largest document that may be uploaded directly.
pub const MAX_UPLOAD: usize = 10 << 20;

const MAX_CONNECTIONS: usize = 512;
const HEAD_WITHIN: Duration = Duration::from_secs(30);

/// How the store is to run.
#[derive(Debug, Clone)]
pub struct S3Options {
    /// Directory of this store alone; created when missing.
    pub data_dir: PathBuf,
    /// Access key id of the one account.
    pub access_key: String,
    /// Its secret.
    pub secret_key: String,
    /// The one bucket; created when missing.
    pub bucket: String,
    /// Browser origins that may read and upload by presigned URL.
    pub allowed_origins: AllowedOrigins,
    /// Where to listen; `None` for the loopback port used before or any free
    /// one.
    pub listen: Option<SocketAddr>,
}

/// The running store. Ends when stopped or dropped.
#[derive(Debug)]
pub struct S3Server {
    addr: SocketAddr,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl S3Server {
    /// Creates what is missing and serves.
    pub async fn start(options: S3Options) -> anyhow::Result<Self> {
        let rules = KeyRules::new(&options.bucket)?;
        let (data_dir, bucket) = (options.data_dir.clone(), options.bucket.clone());
        let files = blocking(move || open(&data_dir, &bucket)).await?;
        let service = service(files, &options, rules);
        let port_file = options.data_dir.join("port");
        let listener = listen(options.listen, &port_file).await?;
        let addr = listener.local_addr()?;
        write_private(&port_file, addr.port().to_string().as_bytes())?;
        let guard = Arc::new(Guard::new(service, options.allowed_origins));
        Ok(Self { addr, server: Mutex::new(Some(tokio::spawn(serve(listener, guard)))) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Base URL for clients (path style).
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Closes the port and every open connection. The objects stay.
    pub async fn stop(&self) {
        let server = self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = server {
            server.abort();
            let _ = server.await;
        }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        let server = self.server.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = server.take() {
            server.abort();
        }
    }
}

fn open(data_dir: &Path, bucket: &str) -> anyhow::Result<FileSystem> {
    let root = data_dir.join("objects");
    let folder = root.join(bucket);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    FileSystem::new(&root).map_err(|error| anyhow::anyhow!("cannot open the store in {}: {error:?}", root.display()))
}

fn service(files: FileSystem, options: &S3Options, rules: KeyRules) -> S3Service {
    let mut config = S3Config::default();
    config.post_object_max_file_size = MAX_UPLOAD as u64;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    // Without an account the rules would never be asked.
    builder.set_auth(SimpleAuth::from_single(options.access_key.clone(), options.secret_key.clone()));
    builder.set_access(rules);
    builder.build()
}

async fn listen(wanted: Option<SocketAddr>, port_file: &Path) -> anyhow::Result<TcpListener> {
    if let Some(addr) = wanted {
        return TcpListener::bind(addr).await.with_context(|| format!("the object store cannot listen on {addr}"));
    }
    if let Some(port) = remembered_port(port_file)
        && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
    {
        return Ok(listener);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    listener.context("the object store found no free port")
}

async fn serve(listener: TcpListener, guard: Arc<Guard>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "object store cannot accept");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        // Head and body leave in two writes; without this the second waits 40 ms for the reader's ack.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "object store connection without TCP_NODELAY");
        }
        let guard = guard.clone();
        connections.spawn(async move {
            let answer = service_fn(move |request| {
                let guard = guard.clone();
                async move { guard.answer(request).await }
            });
            let served = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEAD_WITHIN)
                .serve_connection(TokioIo::new(stream), answer)
                .await;
            if let Err(error) = served {
                tracing::debug!(%error, "object store connection ended early");
            }
            drop(place);
        });
    }
}

/// Bucket names are also directory names.
fn check_bucket(bucket: &str) -> anyhow::Result<()> {
    ensure!(s3s::path::check_bucket_name(bucket) && !bucket.contains('.'), "{bucket:?} is no usable bucket name");
    Ok(())
}
