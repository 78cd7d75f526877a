//! What works: the file store of production, links for browsers, CORS.

use kernel::ports::FileStore;
use reqwest::{Method, StatusCode};
use sandbox::S3Server;

use super::{BUCKET, ORIGIN, minutes, options, world};

#[tokio::test]
async fn files_are_kept_counted_and_deleted_by_folder() {
    let world = world().await;
    let store = &world.store;
    store.check().await.unwrap();
    assert!(store.get("t/1/none").await.unwrap().is_none());
    for n in 0..5 {
        let key = format!("t/1/kyc/{n}.pdf");
        store.put(&key, "application/pdf", vec![n; 1_000]).await.unwrap();
    }
    store.put("t/12/other.txt", "text/plain", b"other".to_vec()).await.unwrap();
    store.put("t/1/kyc/0.pdf", "image/png", b"again".to_vec()).await.unwrap();
    store.put("t/1/empty", "text/plain", Vec::new()).await.unwrap();
    let file = store.get("t/1/kyc/0.pdf").await.unwrap().unwrap();
    assert_eq!((file.content_type.as_str(), &file.bytes[..]), ("image/png", &b"again"[..]));
    assert_eq!(store.size_of_prefix("t/1/").await.unwrap(), 4_005);
    assert!(store.size_of_prefix("t/1").await.is_err());
    assert!(store.delete_prefix("").await.is_err());

    let endpoint = world.server.endpoint();
    world.server.stop().await;
    assert!(store.check().await.is_err());
    let again = S3Server::start(options(&world.dir)).await.unwrap();
    assert_eq!(again.endpoint(), endpoint, "the port is kept");
    assert_eq!(store.delete_prefix("t/1/").await.unwrap(), 6);
    assert_eq!(store.delete_prefix("t/1/").await.unwrap(), 0);
    assert_eq!(store.get("t/12/other.txt").await.unwrap().unwrap().bytes, b"other");
}

#[tokio::test]
async fn more_than_one_page_is_counted_and_deleted() {
    let world = world().await;
    let folder = world.dir.path().join("s3/objects").join(BUCKET).join("t/9");
    std::fs::create_dir_all(&folder).unwrap();
    for n in 0..1_203 {
        std::fs::write(folder.join(format!("{n:05}")), b"xy").unwrap();
    }
    assert_eq!(world.store.size_of_prefix("t/9/").await.unwrap(), 2_406);
    assert_eq!(world.store.delete_prefix("t/9/").await.unwrap(), 1_203);
    assert_eq!(world.store.size_of_prefix("t/9/").await.unwrap(), 0);
}

#[tokio::test]
async fn large_files_of_the_backend_are_streamed() {
    let world = world().await;
    let bytes = vec![7_u8; 12 << 20];
    world.store.put("t/1/export.csv", "text/csv", bytes.clone()).await.unwrap();
    let file = world.store.get("t/1/export.csv").await.unwrap().unwrap();
    assert!(file.bytes == bytes);
}

#[tokio::test]
async fn a_browser_uploads_once_and_reads_back() {
    let world = world().await;
    let bytes = b"%PDF-1.7 passport";
    let link = world.link("t/1/up/passport.pdf", "application/pdf", bytes).await;
    let send = || {
        let mut request = world.http.put(link.uri()).header("origin", ORIGIN);
        for (name, value) in link.headers() {
            // A browser sets the length itself.
            if name != "content-length" {
                request = request.header(name, value);
            }
        }
        request.body(bytes.to_vec()).send()
    };
    let first = send().await.unwrap();
    assert_eq!(first.status(), StatusCode::OK);
    assert_eq!(first.headers()["access-control-allow-origin"], ORIGIN);
    assert_eq!(first.headers()["access-control-expose-headers"], "ETag");
    assert_eq!(first.headers()["vary"], "Origin");
    assert!(first.headers().contains_key("etag"));
    let second = send().await.unwrap();
    assert_eq!(second.status(), StatusCode::PRECONDITION_FAILED);
    assert_eq!(second.headers()["access-control-allow-origin"], ORIGIN);

    let read = world
        .client
        .get_object()
        .bucket(BUCKET)
        .key("t/1/up/passport.pdf")
        .response_content_disposition("attachment; filename=\"passport.pdf\"")
        .presigned(minutes(5))
        .await
        .unwrap();
    let answer = world.http.get(read.uri()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
    assert_eq!(answer.bytes().await.unwrap(), &bytes[..]);

    let part = world.http.get(read.uri()).header("range", "bytes=0-3").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.bytes().await.unwrap(), "%PDF");

    let tampered = read.uri().replace("passport.pdf%22", "evil.html%22");
    assert_ne!(tampered, read.uri());
    for (method, url) in
        [(Method::GET, tampered.as_str()), (Method::HEAD, read.uri()), (Method::DELETE, read.uri()), (Method::PUT, read.uri())]
    {
        let answer = world.http.request(method.clone(), url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method}");
    }
}

#[tokio::test]
async fn only_allowed_origins_pass_the_preflight() {
    let world = world().await;
    let url = format!("{}/{BUCKET}/t/1/x", world.server.endpoint());
    for (origin, status) in
        [(ORIGIN, 204), ("http://evil.example", 403), ("http://northwind.localhost:8080.evil.example", 403), ("null", 403)]
    {
        let answer = world
            .http
            .request(Method::OPTIONS, &url)
            .header("origin", origin)
            .header("access-control-request-method", "PUT")
            .header("access-control-request-headers", "content-type,x-amz-checksum-sha256")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status, "{origin}");
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(allowed.is_some(), status == 204, "{origin}");
        assert_eq!(answer.headers()["vary"], "Origin");
        if status == 204 {
            let methods = answer.headers()["access-control-allow-methods"].to_str().unwrap();
            assert!(methods.contains("PUT") && !methods.contains("DELETE"));
        }
    }
    let bare = world.http.request(Method::OPTIONS, &url).send().await.unwrap();
    assert_eq!(bare.status(), 403);
}
