//! The UI is built before the server (`npm run build` in `web/`) and embedded. Work on the server
//! alone does not need it: without it, pages say how to build them.

use std::path::Path;

fn main() {
    let dist = Path::new("../web/dist");
    if !dist.join("index.html").exists() {
        println!("cargo:warning=web/dist is missing: the server will have no UI; run `npm ci && npm run build` in web/");
        if let Err(e) = std::fs::create_dir_all(dist) {
            println!("cargo:warning=web/dist can't be created: {e}");
        }
    }
    println!("cargo:rerun-if-changed=../web/dist");
}
