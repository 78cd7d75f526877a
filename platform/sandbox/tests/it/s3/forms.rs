//! Browser forms with a signed policy: the key of the form obeys the rules even
//! where the policy would let it go astray.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use kernel::ports::FileStore;
use reqwest::multipart::{Form, Part};
use serde_json::json;
use sha2::Sha256;

use super::{ACCESS, BUCKET, SECRET, world};

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

struct Post<'a> {
    key: &'a str,
    secret: &'a str,
    expires_in: i64,
    size: usize,
    extra: Option<(&'static str, &'static str)>,
}

impl Post<'_> {
    fn form(&self) -> Form {
        let now = Utc::now();
        let (day, time) = (now.format("%Y%m%d").to_string(), now.format("%Y%m%dT%H%M%SZ"));
        let credential = format!("{ACCESS}/{day}/us-east-1/s3/aws4_request");
        let expiration = now + Duration::minutes(self.expires_in);
        let policy = json!({
            "expiration": expiration.format("%Y-%m-%dT%H:%M:%S.000Z").to_string(),
            "conditions": [
                {"bucket": BUCKET},
                ["starts-with", "$key", "t/1/up/"],
                {"content-type": "application/pdf"},
                ["content-length-range", 1, 10 << 20],
                {"x-amz-algorithm": "AWS4-HMAC-SHA256"},
                {"x-amz-credential": credential},
                {"x-amz-date": time.to_string()},
            ],
        });
        let policy = STANDARD.encode(policy.to_string());
        let mut key = sign(format!("AWS4{}", self.secret).as_bytes(), &day);
        for part in ["us-east-1", "s3", "aws4_request"] {
            key = sign(&key, part);
        }
        let mut form = Form::new()
            .text("key", self.key.to_owned())
            .text("content-type", "application/pdf")
            .text("x-amz-algorithm", "AWS4-HMAC-SHA256")
            .text("x-amz-credential", credential)
            .text("x-amz-date", time.to_string())
            .text("x-amz-signature", hex::encode(sign(&key, &policy)))
            .text("policy", policy);
        if let Some((name, value)) = self.extra {
            form = form.text(name, value);
        }
        form.part("file", Part::bytes(vec![b'x'; self.size]).file_name("x.pdf"))
    }
}

#[tokio::test]
async fn a_form_stays_inside_its_folder() {
    let world = world().await;
    let url = format!("{}/{BUCKET}", world.server.endpoint());
    let good = Post { key: "t/1/up/doc.pdf", secret: SECRET, expires_in: 5, size: 10, extra: None };
    let table = [
        ("dots into another tenant", Post { key: "t/1/up/../../9/x", ..good }),
        ("dots into another bucket", Post { key: "t/1/up/../../../../other/x", ..good }),
        ("double slash", Post { key: "t/1/up//x", ..good }),
        ("other folder", Post { key: "t/9/x", ..good }),
        ("bad signature", Post { secret: "other", ..good }),
        ("expired", Post { expires_in: -5, ..good }),
        ("too large", Post { size: (10 << 20) + 1, ..good }),
        ("empty", Post { size: 0, ..good }),
        ("unlisted field", Post { extra: Some(("x-amz-meta-role", "admin")), ..good }),
    ];
    for (name, post) in table {
        let answer = world.http.post(&url).multipart(post.form()).send().await;
        // Too large may be refused before it is sent to the end.
        if let Ok(answer) = answer {
            assert!(answer.status().is_client_error(), "{name}: {}", answer.status());
        }
        let left = std::fs::read_dir(world.dir.path().join("s3/objects").join(BUCKET));
        assert_eq!(left.unwrap().count(), 0, "{name}");
    }
    let unsigned = Form::new().text("key", "t/1/up/doc.pdf").part("file", Part::bytes(b"x".to_vec()).file_name("x.pdf"));
    let answer = world.http.post(&url).multipart(unsigned).send().await.unwrap();
    assert_eq!(answer.status(), 403);

    let answer = world.http.post(&url).multipart(good.form()).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    let file = world.store.get("t/1/up/doc.pdf").await.unwrap().unwrap();
    assert_eq!(file.content_type, "application/pdf");
    assert_eq!(file.bytes.len(), 10);
}
