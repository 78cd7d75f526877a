/** The part of Markdown that legal texts and notes need. Everything else is shown as it is written; there is no HTML. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'mention'; id: string; name: string }
  | { kind: 'bold' | 'italic'; parts: Inline[] }
  | { kind: 'link'; href: string; parts: Inline[] };
export type Block =
  | { kind: 'heading'; level: 3 | 4; parts: Inline[] }
  | { kind: 'paragraph'; lines: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

/** Each mark with what it takes. What stands in code is left as it is; a bare address becomes a link. */
const MARK = new RegExp(
  [
    '`([^`\\n]+)`',
    '@\\[([^\\]\\n]{1,200})\\]\\(([0-9a-fA-F-]{36})\\)',
    '\\*\\*(.+?)\\*\\*(?!\\*)',
    '(?<!\\*)\\*([^*\\s][^*]*)\\*',
    '\\[([^\\]]+)\\]\\(([^\\s)]+)\\)',
    '(?<![\\w/])(https?:\\/\\/[^\\s<>()\\[\\]"\'*`]+[^\\s<>()\\[\\]"\'*`.,;:!?])',
  ].join('|'),
);

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
    const [whole, code, name, id, bold, italic, label, target, bare] = found;
    const href = target === undefined ? null : safeHref(target);
    if (code !== undefined) out.push({ kind: 'code', text: code });
    else if (name !== undefined && id !== undefined) out.push({ kind: 'mention', id, name });
    else if (bare !== undefined)
      out.push({ kind: 'link', href: bare, parts: [{ kind: 'text', text: bare }] });
    else if (bold !== undefined) out.push({ kind: 'bold', parts: inline(bold) });
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
  let fenced: string[] | null = null;
  const flush = () => {
    if (paragraph.length) blocks.push({ kind: 'paragraph', lines: paragraph.map(inline) });
    paragraph = [];
  };
  for (const raw of source.replaceAll('\r\n', '\n').split('\n')) {
    const line = raw.trim();
    if (line.startsWith('```')) {
      flush();
      if (fenced) blocks.push({ kind: 'code', text: fenced.join('\n') });
      fenced = fenced ? null : [];
      continue;
    }
    if (fenced) {
      fenced.push(raw);
      continue;
    }
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
  // one that nobody closed ends with the text
  if (fenced?.length) blocks.push({ kind: 'code', text: fenced.join('\n') });
  return blocks;
}
