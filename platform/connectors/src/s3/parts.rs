//! Objects that are written in parts, because nobody knows beforehand how long they get.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::operation::abort_multipart_upload::AbortMultipartUploadError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use kernel::ports::{PartUpload, StoreError};

use super::{S3FileStore, failed};

/// A part is some megabytes, and the way to the store may be slow.
const PART_WITHIN: Duration = Duration::from_secs(60);
/// A store may take its time to put many parts together.
const WHOLE_WITHIN: Duration = Duration::from_secs(120);

/// An object on its way.
pub(super) struct Parts {
    store: S3FileStore,
    key: String,
    id: String,
    done: Vec<CompletedPart>,
}

fn patience(limit: Duration) -> aws_sdk_s3::config::Builder {
    let timeouts =
        TimeoutConfig::builder().read_timeout(limit).operation_attempt_timeout(limit).operation_timeout(limit * 3).build();
    aws_sdk_s3::config::Builder::new().timeout_config(timeouts)
}

pub(super) async fn begin(store: &S3FileStore, key: &str, content_type: &str) -> Result<Parts, StoreError> {
    let begun = store
        .client
        .create_multipart_upload()
        .bucket(&store.bucket)
        .key(key)
        .content_type(content_type)
        .send()
        .await
        .map_err(|error| failed("begin", key, error))?;
    let id = begun.upload_id.ok_or_else(|| StoreError(format!("begin {key}: the store gave it no name")))?;
    Ok(Parts { store: store.clone(), key: key.to_owned(), id, done: Vec::new() })
}

pub(super) async fn give_up(store: &S3FileStore, key: &str, id: &str) -> Result<(), StoreError> {
    let given_up = store.client.abort_multipart_upload().bucket(&store.bucket).key(key).upload_id(id).send().await;
    match given_up {
        Ok(_) => Ok(()),
        Err(error) if error.as_service_error().is_some_and(AbortMultipartUploadError::is_no_such_upload) => Ok(()),
        Err(error) => Err(failed("give up", key, error)),
    }
}

#[async_trait]
impl PartUpload for Parts {
    fn id(&self) -> &str {
        &self.id
    }

    async fn add(&mut self, bytes: Vec<u8>) -> Result<(), StoreError> {
        let number = i32::try_from(self.done.len() + 1).map_err(|error| failed("add to", &self.key, error))?;
        let sent = self
            .store
            .client
            .upload_part()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .part_number(number)
            .body(ByteStream::from(bytes))
            .customize()
            .config_override(patience(PART_WITHIN))
            .send()
            .await
            .map_err(|error| failed("add to", &self.key, error))?;
        self.done.push(CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag).build());
        Ok(())
    }

    async fn complete(self: Box<Self>) -> Result<(), StoreError> {
        let whole = CompletedMultipartUpload::builder().set_parts(Some(self.done)).build();
        self.store
            .client
            .complete_multipart_upload()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .multipart_upload(whole)
            .customize()
            .config_override(patience(WHOLE_WITHIN))
            .send()
            .await
            .map_err(|error| failed("complete", &self.key, error))?;
        Ok(())
    }
}
