//! The scanner's client against the stand-in, and against the real daemon where it is installed.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use connectors::ClamdScanner;
use kernel::ports::{Pieces, StoreError, Verdict, VirusScanner};
use sandbox::clamd::{ClamdStandIn, Mood, VIRUS, eicar};
use sha2::{Digest, Sha256};

/// Bytes in pieces of a size; fails after them if told so.
struct Parts {
    bytes: Vec<u8>,
    size: usize,
    breaks: bool,
}

#[async_trait::async_trait]
impl Pieces for Parts {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.bytes.is_empty() {
            return if self.breaks { Err(StoreError("the store went away".into())) } else { Ok(None) };
        }
        let rest = self.bytes.split_off(self.size.min(self.bytes.len()));
        Ok(Some(std::mem::replace(&mut self.bytes, rest)))
    }
}

async fn scan(scanner: &ClamdScanner, bytes: &[u8], size: usize) -> Result<Verdict, String> {
    let mut parts = Parts { bytes: bytes.to_vec(), size, breaks: false };
    scanner.scan(&mut parts).await.map_err(|error| error.0)
}

/// What must hold of any clamd that knows the test virus by its file's checksum.
async fn behaves(address: &str) {
    let scanner = ClamdScanner::new(address).unwrap();
    scanner.check().await.unwrap();
    assert_eq!(scan(&scanner, b"%PDF-1.4 harmless", 5).await, Ok(Verdict::Clean));
    for size in [1, 7, 68, 100_000] {
        match scan(&scanner, &eicar(), size).await {
            Ok(Verdict::Infected(name)) => assert!(name.starts_with(VIRUS), "{name}"),
            other => panic!("pieces of {size}: {other:?}"),
        }
    }
    let large: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(scan(&scanner, &large, 300_000).await, Ok(Verdict::Clean));
    let mut broken = Parts { bytes: b"some".to_vec(), size: 4, breaks: true };
    assert!(scanner.scan(&mut broken).await.unwrap_err().0.contains("the store went away"));
    let too_large = vec![0_u8; 26 << 20];
    assert!(scan(&scanner, &too_large, 1 << 20).await.unwrap_err().contains("size limit exceeded"));
}

#[tokio::test]
async fn the_stand_in_is_spoken_to() {
    let stand_in = ClamdStandIn::start().await.unwrap();
    behaves(&stand_in.address()).await;
}

#[tokio::test]
async fn nothing_but_clean_is_clean() {
    let stand_in = ClamdStandIn::start().await.unwrap();
    let scanner = ClamdScanner::new(&stand_in.address()).unwrap();
    for mood in [Mood::Failing, Mood::HangingUp, Mood::Talking] {
        stand_in.set_mood(mood);
        assert!(scan(&scanner, b"harmless", 4).await.is_err(), "{mood:?}");
    }
    stand_in.set_mood(Mood::Well);
    assert_eq!(scan(&scanner, b"harmless", 4).await, Ok(Verdict::Clean));
    let gone = ClamdScanner::new(&stand_in.address()).unwrap();
    drop(stand_in);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(scan(&gone, b"harmless", 4).await.is_err());
    assert!(gone.check().await.is_err());
}

/// The real daemon with one signature of our own; it downloads nothing.
struct Daemon {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    ["/usr/sbin/clamd", "/usr/local/sbin/clamd", "/usr/bin/clamd"].into_iter().map(PathBuf::from).find(|path| path.exists())
}

async fn daemon(program: PathBuf) -> Daemon {
    let dir = tempfile::tempdir().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let virus = eicar();
    let sum: String = Sha256::digest(&virus).iter().map(|b| format!("{b:02x}")).collect();
    std::fs::write(dir.path().join("local.hsb"), format!("{sum}:{}:{VIRUS}\n", virus.len())).unwrap();
    let config = dir.path().join("clamd.conf");
    let text = format!(
        "DatabaseDirectory {}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nForeground yes\nStreamMaxLength 25M\nLogFile {}\n",
        dir.path().display(),
        dir.path().join("log").display()
    );
    std::fs::write(&config, text).unwrap();
    let child =
        Command::new(program).arg("--config-file").arg(&config).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let daemon = Daemon { child, port, _dir: dir };
    let scanner = ClamdScanner::new(&format!("127.0.0.1:{port}")).unwrap();
    let began = Instant::now();
    while scanner.check().await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(60), "clamd does not start");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    daemon
}

#[tokio::test]
async fn the_real_daemon_is_spoken_to_where_it_is_installed() {
    let Some(program) = program() else {
        eprintln!("clamd is not installed here: the stand-in alone was tested");
        return;
    };
    let daemon = daemon(program).await;
    behaves(&format!("127.0.0.1:{}", daemon.port)).await;
}
