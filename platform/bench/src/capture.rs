//! The SQL that the API really runs, taken from PostgreSQL's log, so that what it is compared with is
//! the same text with the same values.

use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use sqlx::{AssertSqlSafe, Executor as _, PgConnection};

use crate::database;
use crate::desk::Desk;

/// A statement with its values; `None` is null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Text with `$1`, `$2` …
    pub sql: String,
    /// Values as text.
    pub values: Vec<Option<String>>,
}

/// Settings of the log and what they are for the time of a capture.
const SETTINGS: [(&str, &str); 3] =
    [("log_min_duration_statement", "0"), ("log_parameter_max_length", "-1"), ("log_error_verbosity", "default")];

/// A log that is being read.
pub struct Capture {
    admin: PgConnection,
    log: PathBuf,
    from: u64,
}

impl Capture {
    /// Makes PostgreSQL write every statement into its log.
    pub async fn begin(desk: &Desk) -> anyhow::Result<Self> {
        let mut admin = database::connect(&desk.admin_url()?, &[]).await?;
        for (name, value) in SETTINGS {
            admin.execute(AssertSqlSafe(format!("alter system set {name} = '{value}'"))).await?;
        }
        admin.execute("select pg_reload_conf()").await?;
        // Connections look at the new configuration before their next statement.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let mut capture = Self { admin, log: desk.server_log(), from: 0 };
        capture.forget()?;
        Ok(capture)
    }

    /// Skips what was logged so far.
    pub fn forget(&mut self) -> anyhow::Result<()> {
        self.from = std::fs::metadata(&self.log)?.len();
        Ok(())
    }

    /// Statements since the last call that contain `part` and do not explain another one.
    pub fn take(&mut self, part: &str) -> anyhow::Result<Vec<Statement>> {
        let mut file = std::fs::File::open(&self.log)?;
        file.seek(SeekFrom::Start(self.from))?;
        let mut text = String::new();
        self.from += file.read_to_string(&mut text)? as u64;
        let found = parse(&text).into_iter().filter(|s| s.sql.contains(part) && !s.sql.starts_with("explain"));
        Ok(found.collect())
    }

    /// Back to what `up` has set.
    pub async fn end(mut self) -> anyhow::Result<()> {
        for (name, _) in SETTINGS {
            self.admin.execute(AssertSqlSafe(format!("alter system reset {name}"))).await?;
        }
        self.admin.execute("select pg_reload_conf()").await?;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        Ok(())
    }
}

/// Executed prepared statements in a piece of log. A line that begins with a tab continues the one
/// before it.
fn parse(log: &str) -> Vec<Statement> {
    let mut found: Vec<Statement> = Vec::new();
    let mut executed = false;
    for line in log.replace("\n\t", " ").lines() {
        if let Some((_, rest)) = line.split_once(" ms  execute ") {
            executed = true;
            if let Some((_, sql)) = rest.split_once(": ") {
                found.push(Statement { sql: sql.to_owned(), values: Vec::new() });
            }
        } else if let Some((_, rest)) = line.split_once("DETAIL:  parameters: ") {
            if let Some(last) = found.last_mut().filter(|_| executed) {
                last.values = values(rest);
            }
        } else {
            executed = false;
        }
    }
    found
}

/// `$1 = 'it''s', $2 = NULL`
fn values(text: &str) -> Vec<Option<String>> {
    let mut all = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(" = ") {
        let Some(quoted) = after.strip_prefix('\'') else {
            all.push(None);
            rest = after;
            continue;
        };
        let (mut value, mut chars) = (String::new(), quoted.char_indices().peekable());
        let mut end = quoted.len();
        while let Some((place, c)) = chars.next() {
            match c {
                '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                    chars.next();
                    value.push('\'');
                }
                '\'' => {
                    end = place + 1;
                    break;
                }
                _ => value.push(c),
            }
        }
        all.push(Some(value));
        rest = &quoted[end..];
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_come_with_their_values() {
        let log = "2026-01-01 UTC [1] LOG:  duration: 0.1 ms  bind sqlx_s_1: select $1\n\
                   2026-01-01 UTC [1] DETAIL:  parameters: $1 = 'x'\n\
                   2026-01-01 UTC [1] LOG:  duration: 0.1 ms  execute sqlx_s_1: select $1,\n\t   $2, $3\n\
                   2026-01-01 UTC [1] DETAIL:  parameters: $1 = 'it''s, $2 = ''y''', $2 = NULL, $3 = '21'\n\
                   2026-01-01 UTC [1] LOG:  duration: 0.1 ms  statement: ROLLBACK\n";
        let wanted = Statement {
            sql: "select $1,    $2, $3".into(),
            values: vec![Some("it's, $2 = 'y'".into()), None, Some("21".into())],
        };
        assert_eq!(parse(log), [wanted]);
    }
}
