//! Which objects may be named at all.
//!
//! A key is a path of plain names: no `..`, no `.`, no empty part, only
//! characters that mean themselves everywhere. So one object has one key, and a
//! key stays below its own tenant's prefix. The rule is asked for every key of
//! every operation, also for the source of a copy, each entry of a bulk delete
//! and the form field of a browser form.

use s3s::access::{S3Access, S3AccessContext};
use s3s::dto::{CopyObjectInput, CopySource, DeleteObjectsInput, PostObjectInput, UploadPartCopyInput};
use s3s::path::S3Path;
use s3s::{S3Request, S3Result, s3_error};

/// The store keeps a file per key whose name holds bucket and key in base64;
/// file names end at 255 bytes.
const FILE_NAME: usize = 255;
const AROUND_KEY: usize = ".bucket-".len() + ".object-".len() + ".metadata.json".len();
const LONGEST_KEY: usize = 160;

/// What operations of the store may touch.
#[derive(Debug, Clone)]
pub(super) struct KeyRules {
    bucket: String,
    longest: usize,
}

impl KeyRules {
    pub(super) fn new(bucket: &str) -> anyhow::Result<Self> {
        super::check_bucket(bucket)?;
        let room = FILE_NAME.saturating_sub(AROUND_KEY + base64_length(bucket.len()));
        Ok(Self { bucket: bucket.to_owned(), longest: LONGEST_KEY.min(room / 4 * 3) })
    }

    fn key(&self, key: &str) -> S3Result<()> {
        if key_ok(key, self.longest) { Ok(()) } else { Err(s3_error!(InvalidArgument, "this key is not allowed")) }
    }

    fn bucket(&self, bucket: &str) -> S3Result<()> {
        if bucket == self.bucket { Ok(()) } else { Err(s3_error!(AccessDenied, "no access to this bucket")) }
    }

    fn source(&self, source: &CopySource) -> S3Result<()> {
        match source {
            CopySource::Bucket { bucket, key, .. } => {
                self.bucket(bucket)?;
                self.key(key)
            }
            _ => Err(s3_error!(AccessDenied, "no access to this source")),
        }
    }
}

/// Letters, digits and `-_.` in parts separated by single slashes, none of them
/// `.` or `..`, at most `longest` bytes.
fn key_ok(key: &str, longest: usize) -> bool {
    key.len() <= longest
        && key.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte))
}

fn base64_length(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

#[async_trait::async_trait]
impl S3Access for KeyRules {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        // Replaces the library's own refusal of anonymous requests.
        if cx.credentials().is_none() {
            return Err(s3_error!(AccessDenied, "a signature is required"));
        }
        match cx.s3_path() {
            S3Path::Root => Ok(()),
            S3Path::Bucket { bucket } => {
                self.bucket(bucket)?;
                // All tenants live in it.
                if cx.s3_op().name() == "DeleteBucket" {
                    return Err(s3_error!(AccessDenied, "the bucket stays"));
                }
                Ok(())
            }
            S3Path::Object { bucket, key } => {
                self.bucket(bucket)?;
                self.key(key)
            }
        }
    }

    async fn post_object(&self, request: &mut S3Request<PostObjectInput>) -> S3Result<()> {
        self.key(&request.input.key)
    }

    async fn copy_object(&self, request: &mut S3Request<CopyObjectInput>) -> S3Result<()> {
        self.source(&request.input.copy_source)
    }

    async fn upload_part_copy(&self, request: &mut S3Request<UploadPartCopyInput>) -> S3Result<()> {
        self.source(&request.input.copy_source)
    }

    async fn delete_objects(&self, request: &mut S3Request<DeleteObjectsInput>) -> S3Result<()> {
        for object in &request.input.delete.objects {
            self.key(&object.key)?;
        }
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn keys_are_plain_paths() {
        for key in ["a", "t/0199/kyc/passport.pdf", "a-b_c.d/..e/f..", "..."] {
            assert!(key_ok(key, 160), "{key}");
        }
        for key in
            ["", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a b", "a\\b", "a%2fb", "ä", "a\0", "a\n", "a?b", "a*"]
        {
            assert!(!key_ok(key, 160), "{key:?}");
        }
        assert!(key_ok(&"k".repeat(160), 160) && !key_ok(&"k".repeat(161), 160));
    }

    #[test]
    fn the_longest_key_fits_into_a_file_name() {
        for bucket in ["abc", "brokerdesk", &"b".repeat(63)] {
            let rules = KeyRules::new(bucket).unwrap();
            let name = AROUND_KEY + base64_length(bucket.len()) + base64_length(rules.longest);
            assert!(name <= FILE_NAME, "{bucket}: {name}");
        }
        // Tenant, client and document ids with their folders must fit.
        assert!(KeyRules::new("brokerdesk").unwrap().longest >= 133);
        assert!(KeyRules::new("../x").is_err() && KeyRules::new("a.b").is_err());
    }
}
