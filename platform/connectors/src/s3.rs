//! Files in an S3 store (path style, so that any compatible store will do).
//!
//! Every upload carries the SHA-256 of its bytes, which the store checks. A
//! prefix must end in `/`: without it, `t1` would also mean `t12`.

mod parts;

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumMode, Delete, ObjectIdentifier};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kernel::ports::{
    DownloadTerms, FileStore, ObjectInfo, PartUpload, Pieces, SignedUpload, StoreError, StoredFile, UploadTerms,
};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::TIME_LIMIT;

/// All attempts of one call together.
const TOTAL_LIMIT: Duration = Duration::from_secs(30);
const ATTEMPTS: u32 = 3;
/// Bytes of one part of a large upload; S3 takes 10,000 parts of at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;

/// Where the store is and how to open it.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// Base URL, or `None` for the one of AWS in `region`.
    pub endpoint: Option<String>,
    /// Region to sign for; stores other than AWS usually take any.
    pub region: String,
    /// The bucket; must exist.
    pub bucket: String,
    /// Access key id.
    pub access_key: String,
    /// Secret access key.
    pub secret_key: SecretString,
}

/// A bucket as a file store.
#[derive(Debug, Clone)]
pub struct S3FileStore {
    client: Client,
    /// Signs links: the signature covers the host, so it must be the one that browsers reach.
    signer: Client,
    bucket: String,
}

impl S3FileStore {
    /// A store; nothing is contacted yet.
    pub fn new(settings: &S3Settings) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(TIME_LIMIT)
            .read_timeout(TIME_LIMIT)
            .operation_attempt_timeout(TIME_LIMIT)
            .operation_timeout(TOTAL_LIMIT)
            .build();
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(Credentials::new(
                settings.access_key.clone(),
                settings.secret_key.expose_secret(),
                None,
                None,
                "settings",
            ))
            .force_path_style(true)
            // We send our own checksum; not every store knows the trailers the
            // SDK would add.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
        config.set_endpoint_url(settings.endpoint.clone());
        let client = Client::from_conf(config.build());
        Self { signer: client.clone(), client, bucket: settings.bucket.clone() }
    }

    /// The same store, whose links name another address: the one at which browsers reach it.
    pub fn reached_at(mut self, public_endpoint: Option<&str>) -> Self {
        if let Some(endpoint) = public_endpoint {
            let config = self.client.config().to_builder().endpoint_url(endpoint).build();
            self.signer = Client::from_conf(config);
        }
        self
    }

    /// Keys and sizes of one page under a prefix, and where the next begins.
    async fn page(&self, prefix: &str, from: Option<String>) -> Result<(Vec<(String, u64)>, Option<String>), StoreError> {
        let page = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .prefix(checked_prefix(prefix)?)
            .set_continuation_token(from)
            .send()
            .await
            .map_err(|error| failed("list", prefix, error))?;
        let next = page.next_continuation_token().map(str::to_owned);
        let objects = page.contents.unwrap_or_default();
        let objects = objects
            .into_iter()
            .filter_map(|object| {
                let size = object.size.and_then(|size| u64::try_from(size).ok());
                Some((object.key?, size.unwrap_or(0)))
            })
            .collect();
        Ok((objects, next))
    }
}

#[async_trait]
impl FileStore for S3FileStore {
    async fn put(&self, key: &str, content_type: &str, bytes: Vec<u8>) -> Result<(), StoreError> {
        let checksum = STANDARD.encode(Sha256::digest(&bytes));
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(content_type)
            .checksum_sha256(checksum)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(|error| failed("put", key, error))?;
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Option<StoredFile>, StoreError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let object = match request.send().await {
            Ok(object) => object,
            Err(error) => {
                let absent = error.as_service_error().is_some_and(|error| error.is_no_such_key());
                return if absent { Ok(None) } else { Err(failed("get", key, error)) };
            }
        };
        let content_type = object.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
        let bytes = tokio::time::timeout(TOTAL_LIMIT, object.body.collect())
            .await
            .map_err(|_| StoreError(format!("get {key}: not complete in time")))?
            .map_err(|error| failed("get", key, error))?
            .to_vec();
        Ok(Some(StoredFile { content_type, bytes }))
    }

    async fn delete_prefix(&self, prefix: &str) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            // Always the first page: what it held is gone by the next round.
            let (objects, _) = self.page(prefix, None).await?;
            if objects.is_empty() {
                return Ok(deleted);
            }
            let count = objects.len() as u64;
            let keys = objects
                .into_iter()
                .map(|(key, _)| ObjectIdentifier::builder().key(key).build())
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| failed("delete", prefix, error))?;
            let delete =
                Delete::builder().set_objects(Some(keys)).quiet(true).build().map_err(|error| failed("delete", prefix, error))?;
            let answer = self
                .client
                .delete_objects()
                .bucket(&self.bucket)
                .delete(delete)
                .send()
                .await
                .map_err(|error| failed("delete", prefix, error))?;
            // Without this, an object that cannot be deleted would keep the
            // loop going for ever.
            if let Some(error) = answer.errors().first() {
                return Err(StoreError(format!(
                    "delete {}: {}",
                    error.key().unwrap_or(prefix),
                    error.message().or(error.code()).unwrap_or("refused")
                )));
            }
            deleted += count;
        }
    }

    async fn size_of_prefix(&self, prefix: &str) -> Result<u64, StoreError> {
        let mut total = 0;
        let mut from = None;
        loop {
            let (objects, next) = self.page(prefix, from).await?;
            total += objects.iter().map(|(_, size)| size).sum::<u64>();
            if next.is_none() {
                return Ok(total);
            }
            from = next;
        }
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.client
            .head_bucket()
            .bucket(&self.bucket)
            .send()
            .await
            .map_err(|error| failed("open bucket", &self.bucket, error))?;
        Ok(())
    }

    async fn upload_link(&self, terms: &UploadTerms) -> Result<SignedUpload, StoreError> {
        let size = i64::try_from(terms.size).map_err(|error| failed("sign", &terms.key, error))?;
        // All of these are signed: the link is good for these bytes of this type, and once only.
        let request = self
            .signer
            .put_object()
            .bucket(&self.bucket)
            .key(&terms.key)
            .content_type(&terms.content_type)
            .content_length(size)
            .checksum_sha256(STANDARD.encode(&terms.sha256))
            .if_none_match("*")
            .presigned(lifetime(&terms.key, terms.valid)?)
            .await
            .map_err(|error| failed("sign", &terms.key, error))?;
        // A page may not set these itself; every client sends them anyway.
        let own = |name: &str| ["host", "content-length"].contains(&name);
        let headers = request.headers().filter(|(name, _)| !own(name)).map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        Ok(SignedUpload { url: request.uri().to_owned(), headers })
    }

    async fn download_link(&self, terms: &DownloadTerms) -> Result<String, StoreError> {
        let request = self
            .signer
            .get_object()
            .bucket(&self.bucket)
            .key(&terms.key)
            .response_content_type(&terms.content_type)
            .response_content_disposition(&terms.disposition)
            .response_cache_control("private, no-store")
            .presigned(lifetime(&terms.key, terms.valid)?)
            .await
            .map_err(|error| failed("sign", &terms.key, error))?;
        Ok(request.uri().to_owned())
    }

    async fn info(&self, key: &str) -> Result<Option<ObjectInfo>, StoreError> {
        let request = self.client.head_object().bucket(&self.bucket).key(key).checksum_mode(ChecksumMode::Enabled);
        let head = match request.send().await {
            Ok(head) => head,
            Err(error) => {
                let absent = error.as_service_error().is_some_and(|error| error.is_not_found());
                return if absent { Ok(None) } else { Err(failed("look at", key, error)) };
            }
        };
        let sha256 = head.checksum_sha256().and_then(|text| STANDARD.decode(text).ok()).filter(|sum| sum.len() == 32);
        Ok(Some(ObjectInfo {
            size: head.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or(0),
            sha256: sha256.map(|sum| sum.iter().map(|byte| format!("{byte:02x}")).collect()),
            content_type: head.content_type,
        }))
    }

    async fn beginning(&self, key: &str, most: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let range = format!("bytes=0-{}", most.saturating_sub(1));
        let Some(mut pieces) = self.begin(key, Some(range)).await? else { return Ok(None) };
        let mut bytes = Vec::new();
        while bytes.len() < most
            && let Some(piece) = pieces.next().await?
        {
            bytes.extend_from_slice(&piece);
        }
        bytes.truncate(most);
        Ok(Some(bytes))
    }

    async fn begin_parts(&self, key: &str, content_type: &str) -> Result<Box<dyn PartUpload>, StoreError> {
        Ok(Box::new(parts::begin(self, key, content_type).await?))
    }

    async fn give_up_parts(&self, key: &str, id: &str) -> Result<(), StoreError> {
        parts::give_up(self, key, id).await
    }

    async fn put_pieces(&self, key: &str, content_type: &str, pieces: &mut dyn Pieces) -> Result<u64, StoreError> {
        let (first, more) = next_part(pieces).await?;
        if !more {
            let size = first.len() as u64;
            self.put(key, content_type, first).await?;
            return Ok(size);
        }
        let upload = self.begin_parts(key, content_type).await?;
        let id = upload.id().to_owned();
        let done = add_all(upload, first, pieces).await;
        if done.is_err() {
            // What is left of it costs money and shows nowhere; if this fails too, the bucket's rule sweeps it.
            let _ = self.give_up_parts(key, &id).await;
        }
        done
    }

    async fn open(&self, key: &str) -> Result<Option<Box<dyn Pieces>>, StoreError> {
        Ok(self.begin(key, None).await?.map(|pieces| Box::new(pieces) as Box<dyn Pieces>))
    }
}

/// An object that is being read.
struct Reading {
    key: String,
    body: ByteStream,
}

#[async_trait]
impl Pieces for Reading {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        loop {
            let piece = tokio::time::timeout(TIME_LIMIT, self.body.next())
                .await
                .map_err(|_| StoreError(format!("get {}: no more bytes in time", self.key)))?;
            match piece {
                None => return Ok(None),
                Some(Ok(bytes)) if bytes.is_empty() => {}
                Some(Ok(bytes)) => return Ok(Some(bytes.to_vec())),
                Some(Err(error)) => return Err(failed("get", &self.key, error)),
            }
        }
    }
}

/// The next part of an upload, and whether there may be more.
async fn next_part(pieces: &mut dyn Pieces) -> Result<(Vec<u8>, bool), StoreError> {
    let mut part = Vec::new();
    while part.len() < PART {
        match pieces.next().await? {
            Some(piece) => part.extend_from_slice(&piece),
            None => return Ok((part, false)),
        }
    }
    Ok((part, true))
}

/// Adds the first part and all that follow, and puts the object in its place; returns how many bytes there were.
async fn add_all(mut upload: Box<dyn PartUpload>, first: Vec<u8>, pieces: &mut dyn Pieces) -> Result<u64, StoreError> {
    let (mut part, mut more, mut size) = (first, true, 0);
    while !part.is_empty() {
        size += part.len() as u64;
        upload.add(part).await?;
        (part, more) = if more { next_part(pieces).await? } else { (Vec::new(), false) };
    }
    upload.complete().await?;
    Ok(size)
}

impl S3FileStore {
    async fn begin(&self, key: &str, range: Option<String>) -> Result<Option<Reading>, StoreError> {
        match self.client.get_object().bucket(&self.bucket).key(key).set_range(range).send().await {
            Ok(object) => Ok(Some(Reading { key: key.to_owned(), body: object.body })),
            Err(error) if error.as_service_error().is_some_and(|error| error.is_no_such_key()) => Ok(None),
            Err(error) => Err(failed("get", key, error)),
        }
    }
}

fn lifetime(key: &str, valid: Duration) -> Result<PresigningConfig, StoreError> {
    PresigningConfig::expires_in(valid).map_err(|error| failed("sign", key, error))
}

fn checked_prefix(prefix: &str) -> Result<&str, StoreError> {
    if prefix.len() > 1 && prefix.ends_with('/') {
        Ok(prefix)
    } else {
        Err(StoreError(format!("prefix {prefix:?} must end in /")))
    }
}

fn failed(verb: &str, key: &str, error: impl std::error::Error) -> StoreError {
    StoreError(format!("{verb} {key}: {}", DisplayErrorContext(error)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_that_could_mean_more_than_one_folder_is_refused() {
        assert!(checked_prefix("t/0199/").is_ok());
        for prefix in ["", "/", "t1", "t1/x"] {
            assert!(checked_prefix(prefix).is_err(), "{prefix:?}");
        }
    }
}
