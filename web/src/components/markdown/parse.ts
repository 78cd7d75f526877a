/** The part of Markdown that legal texts need. Everything else is shown as it is written; there is no HTML. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'bold' | 'italic'; parts: Inline[] }
  | { kind: 'link'; href: string; parts: Inline[] };
export type Block =
  | { kind: 'heading'; level: 3 | 4; parts: Inline[] }
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

const MARK = /\*\*(.+?)\*\*(?!\*)|(?<!\*)\*([^*\s][^*]*)\*|\[([^\]]+)\]\(([^\s)]+)\)/;

/** Only addresses that lead to a page or a mailbox. */
export const safeHref = (href: string): string | null =>
  /^(https?:\/\/|mailto:)[^\s]+$/i.test(href) ? href : null;

export function inline(text: string): Inline[] {
  const out: Inline[] = [];
  let rest = text;
  for (;;) {
    const found = MARK.exec(rest);
    if (!found) break;
    if (found.index > 0) out.push({ kind: 'text', text: rest.slice(0, found.index) });
    const [whole, bold, italic, label, target] = found;
    const href = target === undefined ? null : safeHref(target);
    if (bold !== undefined) out.push({ kind: 'bold', parts: inline(bold) });
    else if (italic !== undefined) out.push({ kind: 'italic', parts: inline(italic) });
    else if (label !== undefined && href) out.push({ kind: 'link', href, parts: inline(label) });
    else out.push({ kind: 'text', text: whole });
    rest = rest.slice(found.index + whole.length);
  }
  if (rest) out.push({ kind: 'text', text: rest });
  return out;
}

export function parse(source: string): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length) blocks.push({ kind: 'paragraph', lines: paragraph.map(inline) });
    paragraph = [];
  };
  for (const raw of source.replaceAll('\r\n', '\n').split('\n')) {
    const line = raw.trim();
    const heading = /^(#{1,4})\s+(.+)$/.exec(line);
    const item = /^(?:[-*•]|(\d{1,3})[.)])\s+(.+)$/.exec(line);
    if (!line) flush();
    else if (heading) {
      flush();
      const level = (heading[1] as string).length <= 2 ? 3 : 4;
      blocks.push({ kind: 'heading', level, parts: inline(heading[2] as string) });
    } else if (item) {
      flush();
      const ordered = item[1] !== undefined;
      const last = blocks.at(-1);
      const parts = inline(item[2] as string);
      if (last?.kind === 'list' && last.ordered === ordered) last.items.push(parts);
      else blocks.push({ kind: 'list', ordered, start: Number(item[1] ?? 1), items: [parts] });
    } else paragraph.push(line);
  }
  flush();
  return blocks;
}
