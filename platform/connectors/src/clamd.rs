//! Virus scans by clamd's own protocol (`INSTREAM`), over TCP or a Unix socket.
//!
//! It fails closed: only the answer that says clean means clean. An answer that is not understood, a
//! connection that breaks and a scanner that is too slow are errors, never verdicts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use kernel::ports::{Pieces, ScanError, Verdict, VirusScanner};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use crate::TIME_LIMIT;

/// The largest piece sent at once.
const CHUNK: usize = 64 * 1024;
/// How long a scan may take as a whole.
const SCAN_LIMIT: Duration = Duration::from_secs(120);
/// The longest answer that is read.
const LONGEST_ANSWER: u64 = 4_096;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Address {
    Tcp(String),
    Unix(PathBuf),
}

/// One clamd.
#[derive(Debug, Clone)]
pub struct ClamdScanner {
    address: Address,
}

trait Connection: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Connection for T {}

/// The scanner at an address, if there is one.
pub fn scanner(address: Option<&str>) -> Result<Option<Arc<dyn VirusScanner>>, String> {
    let found = address.map(ClamdScanner::new).transpose()?;
    Ok(found.map(|scanner| Arc::new(scanner) as Arc<dyn VirusScanner>))
}

impl ClamdScanner {
    /// A scanner at `host:port` or `unix:/path`; nothing is contacted yet.
    pub fn new(address: &str) -> Result<Self, String> {
        let wrong = || format!("CLAMD_ADDR=`{address}` is wrong: expects host:port or unix:/path");
        if let Some(path) = address.strip_prefix("unix:") {
            return if path.starts_with('/') { Ok(Self { address: Address::Unix(path.into()) }) } else { Err(wrong()) };
        }
        match address.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|p| p > 0) => {
                Ok(Self { address: Address::Tcp(address.to_owned()) })
            }
            _ => Err(wrong()),
        }
    }

    async fn connect(&self) -> Result<Box<dyn Connection>, ScanError> {
        let connecting = async {
            Ok::<Box<dyn Connection>, std::io::Error>(match &self.address {
                Address::Tcp(address) => Box::new(TcpStream::connect(address).await?),
                Address::Unix(path) => Box::new(UnixStream::connect(path).await?),
            })
        };
        match tokio::time::timeout(TIME_LIMIT, connecting).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(ScanError(format!("clamd can't be reached: {error}"))),
            Err(_) => Err(ScanError("clamd does not take the connection".to_owned())),
        }
    }

    async fn stream(&self, pieces: &mut dyn Pieces) -> Result<Verdict, ScanError> {
        let mut connection = self.connect().await?;
        let sent = send(&mut connection, pieces).await;
        if let Err(Sending::Source(error)) = sent {
            return Err(error);
        }
        // A clamd that has seen enough answers before the end and closes: its answer says more than the
        // broken connection.
        let answer = answer(&mut connection).await;
        match (sent, answer) {
            (_, Ok(text)) if !text.is_empty() => verdict(&text),
            (Err(Sending::Connection(error)), _) => Err(ScanError(format!("clamd closed the connection: {error}"))),
            (_, Err(error)) => Err(ScanError(format!("clamd's answer can't be read: {error}"))),
            _ => Err(ScanError("clamd closed the connection without an answer".to_owned())),
        }
    }
}

/// Why the bytes did not get across.
enum Sending {
    Source(ScanError),
    Connection(std::io::Error),
}

impl From<std::io::Error> for Sending {
    fn from(error: std::io::Error) -> Self {
        Self::Connection(error)
    }
}

async fn send(connection: &mut Box<dyn Connection>, pieces: &mut dyn Pieces) -> Result<(), Sending> {
    connection.write_all(b"zINSTREAM\0").await?;
    while let Some(piece) = pieces.next().await.map_err(|error| Sending::Source(ScanError(error.to_string())))? {
        for chunk in piece.chunks(CHUNK) {
            let length = u32::try_from(chunk.len()).unwrap_or_default();
            connection.write_all(&length.to_be_bytes()).await?;
            connection.write_all(chunk).await?;
        }
    }
    connection.write_all(&0_u32.to_be_bytes()).await?;
    connection.flush().await?;
    Ok(())
}

/// The answer up to its NUL.
async fn answer(connection: &mut Box<dyn Connection>) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    connection.take(LONGEST_ANSWER).read_to_end(&mut bytes).await?;
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(text).trim().to_owned())
}

fn verdict(answer: &str) -> Result<Verdict, ScanError> {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(rest) => match rest.strip_suffix(" FOUND") {
            Some(name) if !name.is_empty() => Ok(Verdict::Infected(name.to_owned())),
            _ => Err(ScanError(format!("clamd says: {answer}"))),
        },
        None => Err(ScanError(format!("clamd says: {answer}"))),
    }
}

#[async_trait]
impl VirusScanner for ClamdScanner {
    async fn scan(&self, pieces: &mut dyn Pieces) -> Result<Verdict, ScanError> {
        match tokio::time::timeout(SCAN_LIMIT, self.stream(pieces)).await {
            Ok(result) => result,
            Err(_) => Err(ScanError("the scan was not done in time".to_owned())),
        }
    }

    async fn check(&self) -> Result<(), String> {
        let asking = async {
            let mut connection = self.connect().await.map_err(|error| error.0)?;
            connection.write_all(b"zPING\0").await.map_err(|error| error.to_string())?;
            match answer(&mut connection).await.map_err(|error| error.to_string())?.as_str() {
                "PONG" => Ok(()),
                other => Err(format!("clamd says: {other}")),
            }
        };
        tokio::time::timeout(TIME_LIMIT, asking).await.unwrap_or_else(|_| Err("clamd does not answer".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_answer_means_clean() {
        assert_eq!(verdict("stream: OK").ok(), Some(Verdict::Clean));
        assert_eq!(verdict("stream: Eicar FOUND").ok(), Some(Verdict::Infected("Eicar".into())));
        for other in [
            "",
            "OK",
            "stream: ok",
            "stream: OK ERROR",
            "INSTREAM size limit exceeded. ERROR",
            "UNKNOWN COMMAND",
            "stream:  FOUND",
        ] {
            assert!(verdict(other).is_err(), "{other}");
        }
    }

    #[test]
    fn addresses_are_checked() {
        assert!(ClamdScanner::new("127.0.0.1:3310").is_ok() && ClamdScanner::new("unix:/run/clamav/clamd.ctl").is_ok());
        for wrong in ["", "clamd", ":3310", "host:0", "host:x", "unix:clamd.ctl"] {
            assert!(ClamdScanner::new(wrong).is_err(), "{wrong}");
        }
    }
}
