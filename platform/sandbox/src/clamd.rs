//! A stand-in for clamd that speaks its protocol over a real socket: `PING` and `INSTREAM`. It knows one
//! virus, the EICAR test file, and can be told to misbehave as the real one does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The name under which the virus is found.
pub const VIRUS: &str = "Eicar-Test-Local";
/// As clamd's `StreamMaxLength` here.
const MOST: usize = 25 << 20;

/// The EICAR test file, which is no virus but found as one everywhere. In two parts, so that scanners leave
/// this source alone.
pub fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS", r"-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// As it should.
    Well,
    /// Answers every scan with an error.
    Failing,
    /// Closes the connection in the middle.
    HangingUp,
    /// Says something that is no answer.
    Talking,
}

/// The running stand-in. Ends when dropped.
#[derive(Debug)]
pub struct ClamdStandIn {
    addr: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    server: JoinHandle<()>,
}

impl Drop for ClamdStandIn {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl ClamdStandIn {
    /// Listens on a free loopback port.
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let mood = Arc::new(Mutex::new(Mood::Well));
        let of_all = mood.clone();
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mood = *of_all.lock().unwrap_or_else(PoisonError::into_inner);
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, mood).await {
                        tracing::debug!(%error, "a conversation with the scanner ended early");
                    }
                });
            }
        });
        Ok(Self { addr, mood, server })
    }

    /// `CLAMD_ADDR`.
    pub fn address(&self) -> String {
        self.addr.to_string()
    }

    /// From the next connection on.
    pub fn set_mood(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }
}

async fn converse(mut stream: TcpStream, mood: Mood) -> std::io::Result<()> {
    let mut command = Vec::new();
    loop {
        let byte = stream.read_u8().await?;
        if byte == 0 || command.len() > 100 {
            break;
        }
        command.push(byte);
    }
    match command.as_slice() {
        b"zPING" => stream.write_all(b"PONG\0").await,
        b"zINSTREAM" => {
            let answer = scan(&mut stream, mood).await?;
            stream.write_all(answer.as_bytes()).await?;
            stream.write_all(b"\0").await?;
            stream.shutdown().await?;
            // What is still on its way is taken, or the answer would get lost with the connection.
            tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
        }
        _ => stream.write_all(b"UNKNOWN COMMAND\0").await,
    }
}

async fn scan(stream: &mut TcpStream, mood: Mood) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    loop {
        let length = stream.read_u32().await? as usize;
        if length == 0 {
            break;
        }
        if bytes.len() + length > MOST {
            return Ok("INSTREAM size limit exceeded. ERROR".to_owned());
        }
        let start = bytes.len();
        bytes.resize(start + length, 0);
        stream.read_exact(&mut bytes[start..]).await?;
        if mood == Mood::HangingUp {
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
    }
    let marker = eicar();
    let found = bytes.windows(marker.len()).any(|window| window == marker);
    Ok(match mood {
        Mood::Failing => "stream: Can't allocate memory ERROR".to_owned(),
        Mood::Talking => "stream: OKAY".to_owned(),
        _ if found => format!("stream: {VIRUS} FOUND"),
        _ => "stream: OK".to_owned(),
    })
}
