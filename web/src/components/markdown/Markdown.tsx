import { Fragment, type ReactNode } from 'react';
import c from './markdown.module.css';
import { type Block, type Inline, parse } from './parse';

/** A text that somebody else wrote: elements are made from what was read, nothing is put in as HTML. */
export function Markdown({ source, lang }: { source: string; lang?: string | null }) {
  return (
    <div className={c.text} lang={lang ?? undefined} dir="auto">
      {keyed(parse(source), (block) => (
        <One block={block} />
      ))}
    </div>
  );
}

function One({ block }: { block: Block }) {
  if (block.kind === 'heading')
    return block.level === 3 ? <h3>{spans(block.parts)}</h3> : <h4>{spans(block.parts)}</h4>;
  if (block.kind === 'list') {
    const items = keyed(block.items, (parts) => <li>{spans(parts)}</li>);
    return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>;
  }
  if (block.kind === 'code')
    return (
      <pre dir="ltr" tabIndex={0}>
        <code>{block.text}</code>
      </pre>
    );
  return (
    <p>
      {keyed(block.lines, (line, at) => (
        <>
          {at > 0 && <br />}
          {spans(line)}
        </>
      ))}
    </p>
  );
}

const spans = (parts: Inline[]): ReactNode => keyed(parts, (part) => <Span part={part} />);

function Span({ part }: { part: Inline }) {
  if (part.kind === 'text') return part.text;
  if (part.kind === 'code') return <code dir="ltr">{part.text}</code>;
  if (part.kind === 'mention') return <span className={c.mention}>@{part.name}</span>;
  if (part.kind === 'link')
    return (
      <a href={part.href} target="_blank" rel="noreferrer noopener">
        {spans(part.parts)}
      </a>
    );
  return part.kind === 'bold' ? <strong>{spans(part.parts)}</strong> : <em>{spans(part.parts)}</em>;
}

/** The parts of a text have no names of their own: their place is their key. */
function keyed<T>(items: readonly T[], render: (item: T, at: number) => ReactNode): ReactNode[] {
  let at = -1;
  return items.map((item) => {
    at += 1;
    return <Fragment key={at}>{render(item, at)}</Fragment>;
  });
}
