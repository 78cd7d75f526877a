//! Compiles `templates/` into the binary: writes a table of path and text that `source.rs`
//! includes. A build script rather than an embedding macro, because cargo then also notices
//! files that are added.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Asked for now, not when this was compiled: the tree may have moved since.
    let manifest = env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("CARGO_MANIFEST_DIR is not set"))?;
    let root = Path::new(&manifest).join("../../templates");
    println!("cargo::rerun-if-changed={}", root.display());

    let mut files = Vec::new();
    collect(&root, "", &mut files)?;
    files.sort();

    let mut table = String::from("&[\n");
    for file in &files {
        // The path is spelled from the manifest's folder, so that the generated text is the same
        // wherever the tree lies.
        let _ = writeln!(
            table,
            "    ({file:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/../../templates/\", {file:?}))),"
        );
    }
    table.push_str("]\n");

    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))?;
    fs::write(PathBuf::from(out).join("embedded.rs"), table)
}

/// Files below `dir`, as paths with `/` relative to the root. Only folders hold templates, so
/// files at the root (the README) are left out.
fn collect(dir: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if !prefix.is_empty() {
            files.push(path);
        }
    }
    Ok(())
}
