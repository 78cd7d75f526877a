//! Passwords, tokens, sealed secrets and signatures.

use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use kernel::DomainError;
use sha2::{Digest as _, Sha256};

/// Random bytes from the operating system.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    rand::fill(&mut bytes);
    bytes
}

/// A fresh token for a link or a session: 32 random bytes, URL-safe.
pub fn new_token() -> String {
    URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What is kept of a token. It is random enough that a plain hash can't be turned back.
pub fn token_hash(token: &str) -> Vec<u8> {
    sha256(token.as_bytes())
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

fn argon2() -> Argon2<'static> {
    // OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(19_456, 2, 1, None).unwrap_or_default())
}

/// Hashes a password with argon2id. Takes some 20 ms of CPU, so it runs off the async threads.
pub async fn hash_password(password: &str) -> kernel::Result<String> {
    let password = password.to_owned();
    tokio::task::spawn_blocking(move || {
        argon2().hash_password(password.as_bytes()).map(|h| h.to_string()).map_err(DomainError::internal)
    })
    .await
    .map_err(DomainError::internal)?
}

/// Whether a password fits a hash. Without a hash it does the same work and says no, so that an
/// unknown address can't be told by the time it takes.
pub async fn verify_password(password: &str, hash: Option<&str>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$Yd9nH3gq8hH3H3b1cJp8q3l1cJp8q3l1cJp8q3l1cJo";
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.unwrap_or(NOBODY).to_owned();
    tokio::task::spawn_blocking(move || {
        let fits = PasswordHash::new(&hash).is_ok_and(|parsed| argon2().verify_password(password.as_bytes(), &parsed).is_ok());
        fits && known
    })
    .await
    .unwrap_or(false)
}

/// Seals secrets under the master key; what a sealed text is for is bound to it.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// From 32 bytes in base64.
    pub fn new(master_key: &str) -> anyhow::Result<Self> {
        let key = STANDARD.decode(master_key)?;
        let cipher = XChaCha20Poly1305::new_from_slice(&key).map_err(|_| anyhow::anyhow!("the master key must have 32 bytes"))?;
        Ok(Self { cipher })
    }

    /// Seals a secret for a purpose, e.g. `000042:jwt_access`.
    pub fn seal(&self, purpose: &str, secret: &[u8]) -> Vec<u8> {
        let nonce = random::<24>();
        let payload = Payload { msg: secret, aad: purpose.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what was sealed for the same purpose.
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> kernel::Result<Vec<u8>> {
        let fail = || DomainError::internal(format!("a secret sealed for {purpose} does not open: wrong MASTER_KEY?"));
        let (nonce, text) = sealed.split_at_checked(24).ok_or_else(fail)?;
        let nonce: [u8; 24] = nonce.try_into().map_err(|_| fail())?;
        self.cipher.decrypt(&XNonce::from(nonce), Payload { msg: text, aad: purpose.as_bytes() }).map_err(|_| fail())
    }

    /// [`Vault::seal`] as text, for JSON.
    pub fn seal_text(&self, purpose: &str, secret: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(purpose, secret.as_bytes()))
    }

    /// [`Vault::open`] of what [`Vault::seal_text`] gave.
    pub fn open_text(&self, purpose: &str, sealed: &str) -> kernel::Result<String> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(DomainError::internal)?;
        String::from_utf8(self.open(purpose, &bytes)?).map_err(DomainError::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn passwords() {
        let hash = hash_password("correct horse").await.expect("hash");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("correct horse", Some(&hash)).await);
        assert!(!verify_password("wrong horse", Some(&hash)).await);
        assert!(!verify_password("anything", None).await);
    }

    #[test]
    fn seals_are_bound_to_their_purpose() {
        let vault = Vault::new(&STANDARD.encode([7_u8; 32])).expect("vault");
        let sealed = vault.seal("000001:jwt", b"secret");
        assert_eq!(vault.open("000001:jwt", &sealed).expect("opens"), b"secret");
        assert!(vault.open("000002:jwt", &sealed).is_err());
        let mut bent = sealed.clone();
        bent[30] ^= 1;
        assert!(vault.open("000001:jwt", &bent).is_err());
        assert!(vault.open("000001:jwt", b"short").is_err());
    }
}
