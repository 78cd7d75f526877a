//! The audit log: one row per change, in the change's own transaction, and a hash chain per tenant.
//!
//! The chain is closed a moment after the change by [`seal`]: closing it inside the change would
//! make every writer of a tenant wait for the one before it, fsync and all. A sealed row can't be
//! changed, removed or moved without [`verify`] naming it.

use kernel::{DomainError, mask};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::crypto::sha256;
use crate::db::{Rows as _, TenantTx};

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// The field's name.
    pub field: String,
    /// The value before; null on creation.
    pub old: Json,
    /// The value after; null on removal.
    pub new: Json,
}

/// The fields that differ between two JSON objects, in the order of their names.
pub fn diff(old: &Json, new: &Json) -> Vec<Change> {
    let empty = serde_json::Map::new();
    let (a, b) = (old.as_object().unwrap_or(&empty), new.as_object().unwrap_or(&empty));
    let mut names: Vec<&String> = a.keys().chain(b.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .map(|n| Change {
            field: n.clone(),
            old: a.get(n).cloned().unwrap_or(Json::Null),
            new: b.get(n).cloned().unwrap_or(Json::Null),
        })
        .filter(|c| c.old != c.new)
        .collect()
}

/// The same changes with sensitive values masked.
pub fn masked(changes: &[Change]) -> Vec<Change> {
    changes
        .iter()
        .map(|c| Change { field: c.field.clone(), old: mask::field(&c.field, &c.old), new: mask::field(&c.field, &c.new) })
        .collect()
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    n: i64,
    at: chrono::DateTime<chrono::Utc>,
    actor_id: Option<Uuid>,
    actor_name: Option<String>,
    on_behalf_of: Option<Uuid>,
    action: String,
    resource_type: String,
    resource_id: Option<Uuid>,
    diff: Json,
    diff_masked: Json,
    ip: Option<String>,
    request_id: Option<String>,
    seq: Option<i64>,
    prev_hash: Option<Vec<u8>>,
    hash: Option<Vec<u8>>,
}

impl Row {
    /// The hash of this row at a place in the chain. JSON objects have their keys in order, so the
    /// text is the same whenever it is made.
    fn hash_at(&self, seq: i64, prev: &[u8]) -> Vec<u8> {
        let content = json!([
            seq,
            hex::encode(prev),
            self.id,
            self.at.timestamp_micros(),
            self.actor_id,
            self.actor_name,
            self.on_behalf_of,
            self.action,
            self.resource_type,
            self.resource_id,
            self.diff,
            self.diff_masked,
            self.ip,
            self.request_id,
        ]);
        sha256(content.to_string().as_bytes())
    }
}

#[derive(FromQueryResult)]
struct Head {
    seq: i64,
    hash: Vec<u8>,
}

#[derive(FromQueryResult)]
struct Outside {
    seq: i64,
    id: Uuid,
}

/// Closes the chain over rows that were written since the last time; returns how many.
pub async fn seal(tx: &TenantTx) -> kernel::Result<u64> {
    let mut sealed = 0;
    loop {
        // The head's row lock keeps a second sealer of this tenant waiting.
        let head: Head = tx
            .one("select seq, hash from audit_head for update", [])
            .await?
            .ok_or_else(|| DomainError::internal("the audit head is gone"))?;
        let rows: Vec<Row> = tx.all("select * from audit_log where seq is null order by n limit 500", []).await?;
        if rows.is_empty() {
            return Ok(sealed);
        }
        let (mut seq, mut prev) = (head.seq, head.hash);
        let (mut ns, mut seqs, mut prevs, mut hashes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for row in &rows {
            seq += 1;
            let hash = row.hash_at(seq, &prev);
            ns.push(row.n);
            seqs.push(seq);
            prevs.push(hex::encode(&prev));
            hashes.push(hex::encode(&hash));
            prev = hash;
        }
        tx.run(
            "update audit_log a set seq = s.seq, prev_hash = decode(s.prev, 'hex'), hash = decode(s.hash, 'hex')
             from (select unnest($1::bigint[]) n, unnest($2::bigint[]) seq, unnest($3::text[]) prev, unnest($4::text[]) hash) s
             where a.n = s.n",
            [ns.into(), seqs.into(), prevs.into(), hashes.into()],
        )
        .await?;
        tx.run("update audit_head set seq = $1, hash = $2", [seq.into(), prev.into()]).await?;
        sealed += rows.len() as u64;
    }
}

/// Seals what is open; returns how many entries there are and the hash of the last, hexadecimal.
pub async fn head(tx: &TenantTx) -> kernel::Result<(i64, String)> {
    seal(tx).await?;
    let head: Option<Head> = tx.one("select seq, hash from audit_head", []).await?;
    let head = head.ok_or_else(|| DomainError::internal("the audit head is gone"))?;
    Ok((head.seq, hex::encode(head.hash)))
}

/// What [`verify`] found.
#[derive(Debug, Clone, Serialize)]
pub struct Verdict {
    /// Whether the chain is whole.
    pub ok: bool,
    /// Rows in the chain.
    pub entries: i64,
    /// The hash of the last row, hexadecimal.
    pub head: String,
    /// The place and nature of the first fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bad: Option<String>,
}

/// A head that was kept outside of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// Rows in the chain at that time.
    pub entries: i64,
    /// The hash of the last of them, hexadecimal.
    pub head: String,
}

impl Expected {
    /// What does not fit, once the walk has come to entry `seq`.
    fn fault_at(&self, seq: i64, hash: &[u8]) -> Option<String> {
        let differs = seq == self.entries && !self.head.eq_ignore_ascii_case(&hex::encode(hash));
        differs.then(|| format!("entry {seq} is not the one whose hash was kept: the log was rewritten since"))
    }
}

/// Seals what is open, then walks the whole chain: every hash, every link, no gap, nothing outside of it,
/// and the head.
pub async fn verify(tx: &TenantTx) -> kernel::Result<Verdict> {
    verify_against(tx, None).await
}

/// The same, and that the chain still goes through a head that was kept outside. Whoever owns the
/// database can rewrite the whole chain; what somebody else has kept, they can't.
pub async fn verify_against(tx: &TenantTx, expected: Option<&Expected>) -> kernel::Result<Verdict> {
    seal(tx).await?;
    let (mut seq, mut prev) = (0_i64, Vec::new());
    let broken =
        |seq: i64, prev: &[u8], told| Verdict { ok: false, entries: seq, head: hex::encode(prev), first_bad: Some(told) };
    if let Some(told) = expected.and_then(|e| e.fault_at(0, &[])) {
        return Ok(broken(0, &[], told));
    }
    // The walk begins with the first entry: what stands before it is no part of the chain.
    let outside: Option<Outside> = tx.one("select seq, id from audit_log where seq < 1 order by seq limit 1", []).await?;
    if let Some(row) = outside {
        return Ok(broken(0, &[], format!("entry {} ({}) stands outside of the chain", row.seq, row.id)));
    }
    loop {
        let rows: Vec<Row> = tx.all("select * from audit_log where seq > $1 order by seq limit 2000", [seq.into()]).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let here = row.seq.unwrap_or(0);
            let bad = if here != seq + 1 {
                Some(format!("entry {} is missing", seq + 1))
            } else if row.prev_hash.as_deref() != Some(prev.as_slice()) {
                Some(format!("entry {here} ({}) does not follow the entry before it", row.id))
            } else if row.hash.as_deref() != Some(row.hash_at(here, &prev).as_slice()) {
                Some(format!("entry {here} ({}) was changed", row.id))
            } else {
                let hash = row.hash.as_deref().unwrap_or_default();
                expected.and_then(|e| e.fault_at(here, hash))
            };
            if let Some(told) = bad {
                return Ok(broken(seq, &prev, told));
            }
            seq = here;
            prev = row.hash.unwrap_or_default();
        }
    }
    let head: Option<Head> = tx.one("select seq, hash from audit_head", []).await?;
    let first_bad = match head {
        Some(head) if head.seq == seq && head.hash == prev => {
            let short = expected.filter(|e| e.entries > seq);
            short.map(|e| format!("the chain ends at entry {seq}; it had {} entries when its head was kept", e.entries))
        }
        Some(head) => Some(format!("the chain ends at entry {seq}, its head says {}", head.seq)),
        None => Some("the head is gone".to_owned()),
    };
    Ok(Verdict { ok: first_bad.is_none(), entries: seq, head: hex::encode(prev), first_bad })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let changes = diff(&json!({"a": 1, "b": 2, "email": "x@y.zz"}), &json!({"a": 1, "b": 3, "email": "j@e.com"}));
        assert_eq!(changes.iter().map(|c| c.field.as_str()).collect::<Vec<_>>(), ["b", "email"]);
        assert_eq!(masked(&changes)[1].new, json!("j•••@e•••.com"));
    }
}
