//! Faulty rows as a file: the original columns, and what is wrong. It can be corrected and sent again.

use futures::stream;
use runtime::http::SignedIn;
use runtime::list;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Order};
use uuid::Uuid;

use super::clear::Clear;
use super::columns::Column;
use super::entity;
use super::preview::{Line, lines};
use super::staging::Engine;

/// The columns that come after those of the file.
pub(super) const ADDED: [&str; 3] = ["row", "column", "reason"];

/// Rows of one piece.
const PIECE: u64 = 2_000;

/// The file and its name.
pub(super) async fn file(who: &SignedIn, id: Uuid) -> kernel::Result<(poem::Body, String)> {
    let engine = Engine::of(who);
    let ctx = engine.begin().await?;
    let import = Clear::of(&who.actor, entity::find(&ctx, id).await?)?;
    drop(ctx);
    let columns = import.columns()?;
    let mut head = String::from("\u{feff}");
    let names = columns.iter().map(|c| c.name.as_str()).chain(ADDED);
    line(names, &mut head);
    let begun = stream::once(async move { Ok::<_, std::io::Error>(head.into_bytes()) });
    // Piece by piece: what has been sent is not in memory any more.
    let rest = stream::try_unfold((engine, import, columns, Some(0)), |(engine, import, columns, after)| async move {
        let Some(after) = after else { return Ok(None) };
        let found = piece(&engine, &import, after).await.map_err(std::io::Error::other)?;
        let mut text = String::new();
        for row in &found {
            write(row, &columns, &mut text);
        }
        let next = (found.len() as u64 == PIECE).then(|| found.last().map_or(0, |l| i64::from(l.row())));
        Ok(Some((text.into_bytes(), (engine, import, columns, next))))
    });
    let base: String = id.simple().to_string().chars().take(8).collect();
    Ok((poem::Body::from_bytes_stream(futures::StreamExt::chain(begun, rest)), format!("errors-{base}.csv")))
}

async fn piece(engine: &Engine, import: &Clear, after: i64) -> kernel::Result<Vec<Line>> {
    let ctx = engine.begin().await?;
    let mut select = lines(&ctx, import)?;
    select
        .and_where(Expr::cust("r.faults is not null"))
        .and_where(Expr::col((Alias::new("r"), Alias::new("n"))).gt(after))
        .order_by((Alias::new("r"), Alias::new("n")), Order::Asc)
        .limit(PIECE);
    list::rows(&ctx, &select).await
}

fn write(row: &Line, columns: &[Column], out: &mut String) {
    let faults = row.faults();
    let mut named: Vec<&str> = Vec::new();
    for fault in &faults {
        if !named.contains(&fault.column.as_str()) {
            named.push(&fault.column);
        }
    }
    let reason: Vec<String> = faults.iter().map(|f| format!("{} {}", f.column, f.message).trim().to_owned()).collect();
    let cells = columns.iter().map(|c| row.cells().get(c.index).map(String::as_str).unwrap_or_default());
    let number = row.row().to_string();
    let (named, reason) = (named.join("; "), reason.join("; "));
    line(cells.chain([number.as_str(), named.as_str(), reason.as_str()]), out);
}

/// Writes a line. What a spreadsheet would calculate is marked as text; sent again, the mark goes.
fn line<'a>(cells: impl Iterator<Item = &'a str>, out: &mut String) {
    for (n, cell) in cells.enumerate() {
        if n > 0 {
            out.push(',');
        }
        let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_plain_number(cell);
        let quoted = risky || cell.contains([',', '"', '\n', '\r', ';', '\t']) || cell.trim() != cell;
        if quoted {
            out.push('"');
        }
        if risky {
            out.push('\'');
        }
        if quoted {
            out.push_str(&cell.replace('"', "\"\""))
        } else {
            out.push_str(cell)
        }
        if quoted {
            out.push('"');
        }
    }
    out.push_str("\r\n");
}

/// Phone numbers and numbers, which nothing is calculated from.
fn is_plain_number(cell: &str) -> bool {
    cell.strip_prefix(['+', '-'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b' ' || b == b'.'))
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn cells_are_safe() {
        let mut out = String::new();
        line(["a", "b,c", "say \"x\"", "=1+1", "+442071838750", "-5", "@x", "x\ny"].into_iter(), &mut out);
        assert_eq!(out, "a,\"b,c\",\"say \"\"x\"\"\",\"'=1+1\",+442071838750,-5,\"'@x\",\"x\ny\"\r\n");
    }
}
