//! What is refused. Keep this table when `s3s` is upgraded; run it by hand
//! against a real provider when one is chosen.

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use std::time::{Duration, SystemTime};

use super::{BUCKET, SECRET, World, client, digest, minutes, world};
use kernel::ports::FileStore;

const GOOD: &[u8] = b"good bytes of a document";
const EVIL: &[u8] = b"evil bytes of a document";
const KEY: &str = "t/1/up/doc.pdf";

/// A request somebody makes of a link that was given to him.
struct Attempt {
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Attempt {
    fn set(&mut self, name: &str, value: &str) {
        self.remove(name);
        self.headers.push((name.into(), value.into()));
    }

    fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| known != name);
    }

    fn swap(&mut self, from: &str, to: &str) {
        assert!(self.url.contains(from), "{from} not in {}", self.url);
        self.url = self.url.replace(from, to);
    }

    async fn send(self, world: &World) -> u16 {
        let mut request = world.http.put(&self.url);
        for (name, value) in &self.headers {
            if name != "content-length" {
                request = request.header(name, value);
            }
        }
        let answer = request.body(self.body).send().await.unwrap();
        answer.status().as_u16()
    }
}

type Change = fn(&mut Attempt);

#[tokio::test]
async fn a_full_upload_link_is_good_for_exactly_one_request() {
    let world = world().await;
    let table: &[(&str, u16, Change)] = &[
        ("wrong signature", 403, |a| {
            let at = a.url.find("X-Amz-Signature=").unwrap() + 16;
            let other = if &a.url[at..=at] == "0" { "1" } else { "0" };
            a.url.replace_range(at..=at, other);
        }),
        ("other key", 403, |a| a.swap("up/doc.pdf", "up/other.pdf")),
        ("other tenant", 403, |a| a.swap("/t/1/", "/t/9/")),
        ("other bucket", 403, |a| a.swap("/brokerdesk/", "/other/")),
        ("extra parameter", 403, |a| a.url.push_str("&x=1")),
        ("other operation", 403, |a| a.url.push_str("&acl")),
        ("longer life", 403, |a| a.swap("X-Amz-Expires=600", "X-Amz-Expires=6000")),
        ("other type", 403, |a| a.set("content-type", "text/html")),
        ("no type", 403, |a| a.remove("content-type")),
        // Refused for its checksum before the signature is looked at.
        ("longer body", 400, |a| a.body.extend_from_slice(b"more")),
        ("longer body and its checksum", 403, |a| {
            a.body.extend_from_slice(b"more");
            let sum = digest(&a.body);
            a.set("x-amz-checksum-sha256", &sum);
        }),
        ("no checksum", 403, |a| a.remove("x-amz-checksum-sha256")),
        ("other bytes", 400, |a| a.body = EVIL.to_vec()),
        ("other bytes and checksum", 403, |a| {
            a.body = EVIL.to_vec();
            a.set("x-amz-checksum-sha256", &digest(EVIL));
        }),
        ("copy source added", 403, |a| a.set("x-amz-copy-source", "brokerdesk/t/9/secret")),
        ("metadata added", 403, |a| a.set("x-amz-meta-role", "admin")),
        ("acl added", 403, |a| a.set("x-amz-acl", "public-read")),
        ("not once only", 403, |a| a.remove("if-none-match")),
        ("encoded parameter name", 400, |a| {
            a.swap("X-Amz-SignedHeaders=", "X-Amz-SignedHeader%73=");
            a.set("x-amz-copy-source", "brokerdesk/t/9/secret");
        }),
        ("encoded parameter name, nothing else", 400, |a| {
            a.swap("X-Amz-Signature=", "X-Amz-Signatur%65=");
        }),
        ("second list of signed headers", 400, |a| {
            a.url.push_str("&X-Amz-SignedHeaders=x-amz-copy-source");
        }),
        ("no signature", 403, |a| {
            let at = a.url.find('?').unwrap();
            a.url.truncate(at);
        }),
        ("old signature", 403, |a| {
            let at = a.url.find('?').unwrap();
            a.url.truncate(at);
            a.url.push_str("?AWSAccessKeyId=AKLOCAL&Expires=9999999999&Signature=x");
        }),
    ];
    world.store.put("t/9/secret", "text/plain", b"secret".to_vec()).await.unwrap();
    for (name, status, change) in table {
        let link = world.link(KEY, "application/pdf", GOOD).await;
        let mut attempt = Attempt {
            url: link.uri().to_owned(),
            headers: link.headers().map(|(n, v)| (n.into(), v.into())).collect(),
            body: GOOD.to_vec(),
        };
        change(&mut attempt);
        assert_eq!(attempt.send(&world).await, *status, "{name}");
        assert!(world.store.get(KEY).await.unwrap().is_none(), "{name}: stored");
    }
    assert_eq!(world.traces(EVIL), Vec::<String>::new());
    assert_eq!(world.traces(GOOD), Vec::<String>::new());
    // Unsigned headers that would be kept with the object are dropped.
    let link = world.link(KEY, "application/pdf", GOOD).await;
    let mut attempt = Attempt {
        url: link.uri().to_owned(),
        headers: link.headers().map(|(n, v)| (n.into(), v.into())).collect(),
        body: GOOD.to_vec(),
    };
    attempt.set("content-disposition", "inline; filename=x.html");
    assert_eq!(attempt.send(&world).await, 200);
    let head = world.client.head_object().bucket(BUCKET).key(KEY).send().await.unwrap();
    assert_eq!(head.content_disposition(), None);
    assert_eq!(head.content_type(), Some("application/pdf"));
    let file = world.store.get(KEY).await.unwrap().unwrap();
    assert_eq!(file.bytes, GOOD);
}

#[tokio::test]
async fn a_link_that_signs_too_little_is_worth_nothing() {
    let world = world().await;
    let put = || world.client.put_object().bucket(BUCKET).key(KEY);
    let length = GOOD.len() as i64;
    let sum = digest(GOOD);
    let links = [
        put().presigned(minutes(5)).await,
        put().content_type("application/pdf").presigned(minutes(5)).await,
        put().content_type("application/pdf").content_length(length).presigned(minutes(5)).await,
        put().content_length(length).checksum_sha256(&sum).presigned(minutes(5)).await,
    ];
    for link in links {
        let link = link.unwrap();
        let mut attempt = Attempt {
            url: link.uri().to_owned(),
            headers: link.headers().map(|(n, v)| (n.into(), v.into())).collect(),
            body: GOOD.to_vec(),
        };
        if !attempt.headers.iter().any(|(name, _)| name == "content-type") {
            attempt.set("content-type", "text/html");
        }
        let url = attempt.url.clone();
        assert_eq!(attempt.send(&world).await, 403, "{url}");
    }
    assert!(world.store.get(KEY).await.unwrap().is_none());
}

#[tokio::test]
async fn links_live_in_their_time_only() {
    let world = world().await;
    for offset in [-3_600_i64, 3_600] {
        let mut start = SystemTime::now();
        let by = Duration::from_secs(offset.unsigned_abs());
        start = if offset < 0 { start - by } else { start + by };
        let config = PresigningConfig::builder().start_time(start).expires_in(Duration::from_secs(600)).build().unwrap();
        let link = world
            .client
            .put_object()
            .bucket(BUCKET)
            .key(KEY)
            .content_type("application/pdf")
            .content_length(GOOD.len() as i64)
            .checksum_sha256(digest(GOOD))
            .presigned(config)
            .await
            .unwrap();
        let attempt = Attempt {
            url: link.uri().to_owned(),
            headers: link.headers().map(|(n, v)| (n.into(), v.into())).collect(),
            body: GOOD.to_vec(),
        };
        assert_eq!(attempt.send(&world).await, 403, "{offset}");
    }
    assert!(world.store.get(KEY).await.unwrap().is_none());
}

#[tokio::test]
async fn bodies_of_another_length_leave_nothing() {
    let world = world().await;
    let link = world.link(KEY, "application/pdf", GOOD).await;
    let host = world.server.addr().to_string();
    let path = link.uri().split_once(&host).unwrap().1;
    let mut fixed = format!("PUT {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in link.headers().filter(|(name, _)| *name != "content-length") {
        fixed.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = String::from_utf8_lossy(GOOD);
    let n = GOOD.len();
    let chunked = format!("{n:x}\r\n{body}\r\n0\r\n\r\n");
    let large = "x".repeat((10 << 20) + 1);
    for (name, rest, allowed) in [
        ("cut short", format!("content-length: {n}\r\n\r\n{}", &body[..5]), &[400, 0][..]),
        ("no length", format!("transfer-encoding: chunked\r\n\r\n{chunked}"), &[403]),
        ("length and chunks", format!("content-length: {n}\r\ntransfer-encoding: chunked\r\n\r\n{chunked}"), &[400, 403]),
        ("two lengths", format!("content-length: {n}\r\ncontent-length: 5\r\n\r\n{body}"), &[400, 403]),
        ("announced too large", "content-length: 99999999\r\n\r\nx".to_owned(), &[413]),
        ("too large", format!("content-length: {}\r\n\r\n{large}", large.len()), &[413, 0]),
        ("no number", format!("content-length: x\r\n\r\n{body}"), &[400, 413]),
    ] {
        // The server may close before it has read what it does not want.
        let request = format!("{fixed}{rest}");
        let status = world.raw(request.as_bytes(), name == "cut short").await;
        assert!(allowed.contains(&status), "{name}: {status}");
        assert!(world.store.get(KEY).await.unwrap().is_none(), "{name}: stored");
    }
    let whole = format!("{fixed}content-length: {n}\r\n\r\n{body}");
    assert_eq!(world.raw(whole.as_bytes(), false).await, 200);
}

#[tokio::test]
async fn even_our_own_key_stays_within_the_rules() {
    let world = world().await;
    let c = &world.client;
    world.store.put("t/9/secret", "text/plain", b"secret".to_vec()).await.unwrap();
    std::fs::create_dir_all(world.dir.path().join("s3/objects/other")).unwrap();
    std::fs::write(world.dir.path().join("s3/objects/other/x"), b"foreign").unwrap();

    for key in ["t/1/../9/z", "t/1/../../other/z", "../x", "t//1", "t/./1", "t/a b", "t/ä", "/t"] {
        let body = ByteStream::from_static(EVIL);
        let put = c.put_object().bucket(BUCKET).key(key).body(body).send().await;
        assert!(put.is_err(), "put {key}");
        let get = c.get_object().bucket(BUCKET).key(key).send().await;
        assert!(get.is_err(), "get {key}");
    }
    assert_eq!(world.traces(EVIL), Vec::<String>::new());
    for source in ["other/x", "brokerdesk/t/1/../../../other/x", "brokerdesk/t/1/../9/secret"] {
        let copy = c.copy_object().bucket(BUCKET).key("t/1/copy").copy_source(source);
        assert!(copy.send().await.is_err(), "{source}");
    }
    let copy = c.copy_object().bucket(BUCKET).key("t/9/copy").copy_source("brokerdesk/t/9/secret");
    copy.send().await.unwrap();

    let id = ObjectIdentifier::builder().key("t/1/../9/secret").build().unwrap();
    let delete = Delete::builder().objects(id).build().unwrap();
    let bulk = c.delete_objects().bucket(BUCKET).delete(delete).send().await;
    assert!(bulk.is_err());
    assert!(c.get_object().bucket("other").key("x").send().await.is_err());
    assert!(c.list_objects_v2().bucket("other").send().await.is_err());
    assert!(c.create_bucket().bucket("third").send().await.is_err());
    assert!(c.delete_bucket().bucket(BUCKET).send().await.is_err());
    assert!(world.store.get("t/9/secret").await.unwrap().is_some());

    // Wrong bytes under a right checksum header, signed with our key.
    let wrong = c.put_object().bucket(BUCKET).key("t/1/wrong").checksum_sha256(digest(GOOD)).body(ByteStream::from_static(EVIL));
    assert!(wrong.send().await.is_err());
    assert_eq!(world.traces(EVIL), Vec::<String>::new());

    let stranger = client(&world.server.endpoint(), &format!("{SECRET}x"));
    assert!(stranger.get_object().bucket(BUCKET).key("t/9/secret").send().await.is_err());
    for path in ["/", "/brokerdesk", "/brokerdesk/t/9/secret", "/brokerdesk?list-type=2"] {
        let url = format!("{}{path}", world.server.endpoint());
        assert_eq!(world.http.get(&url).send().await.unwrap().status(), 403, "{path}");
        let answer = world.http.delete(&url).send().await.unwrap();
        assert!(!answer.status().is_success(), "{path}");
    }
}
