import { Button } from '@mantine/core';
import {
  type Icon,
  IconAt,
  IconBold,
  IconCode,
  IconHeading,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
} from '@tabler/icons-react';
import { type KeyboardEvent, useId, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '@/components';
import { around, asked, closed, type Edit, lines, link, opened } from './mentions';
import c from './notes.module.css';
import type { Person } from './types';
import { usePeople } from './usePeople';

type Props = {
  /** What is there already, as it is stored. */
  initial?: string;
  label: string;
  submit: string;
  busy: boolean;
  autoFocus?: boolean;
  error?: string | null;
  /** Resolves when it is saved; the text is emptied then. */
  onSave: (content: string) => Promise<unknown>;
  onCancel?: () => void;
};
type Tool = {
  key: string;
  icon: Icon;
  edit: (text: string, from: number, to: number) => Edit;
  letter?: string;
};
const TOOLS: Tool[] = [
  { key: 'bold', icon: IconBold, edit: (x, a, b) => around(x, a, b, '**'), letter: 'b' },
  { key: 'italic', icon: IconItalic, edit: (x, a, b) => around(x, a, b, '*'), letter: 'i' },
  { key: 'heading', icon: IconHeading, edit: (x, a, b) => lines(x, a, b, () => '## ') },
  { key: 'list', icon: IconList, edit: (x, a, b) => lines(x, a, b, () => '- ') },
  { key: 'numbers', icon: IconListNumbers, edit: (x, a, b) => lines(x, a, b, (n) => `${n + 1}. `) },
  { key: 'link', icon: IconLink, edit: link },
  { key: 'code', icon: IconCode, edit: (x, a, b) => around(x, a, b, '`') },
];

/** A text with marks. An @ opens the list of colleagues, which is chosen from by keyboard. */
export function Composer(props: Props) {
  const { initial = '', label, submit, busy, autoFocus, error, onSave, onCancel } = props;
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const start = useRef(opened(initial));
  const [text, setText] = useState(start.current.text);
  const [people, setPeople] = useState<Person[]>(start.current.people);
  const [search, setSearch] = useState<{ from: number; words: string } | null>(null);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState(Boolean(initial) || Boolean(autoFocus));
  const found = usePeople(search?.words ?? null);
  const active = Math.min(at, found.length - 1);
  const listed = search !== null && found.length > 0;
  const listId = `${id}-people`;

  useLayoutEffect(() => {
    if (autoFocus) box.current?.focus();
  }, [autoFocus]);
  // grows with what is written
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured after each change of the text
  useLayoutEffect(() => {
    const el = box.current;
    if (!el) return;
    el.style.height = 'auto';
    el.style.height = `${Math.min(420, el.scrollHeight + 2)}px`;
  }, [text, open]);

  const look = () => {
    const el = box.current;
    if (!el) return;
    const next = el.selectionStart === el.selectionEnd ? asked(el.value, el.selectionStart) : null;
    setSearch(next);
    if (next?.words !== search?.words) setAt(0);
  };
  /** Through the browser's own editing, so that its undo knows of it. */
  const write = ({ from, to, text: piece, select }: Edit) => {
    const el = box.current;
    if (!el) return;
    el.focus();
    el.setSelectionRange(from, to);
    if (!document.execCommand?.('insertText', false, piece)) {
      el.setRangeText(piece, from, to, 'end');
      setText(el.value);
    }
    el.setSelectionRange(...select);
  };
  const use = (tool: Tool) => {
    const el = box.current;
    if (el) write(tool.edit(el.value, el.selectionStart, el.selectionEnd));
  };
  const mention = (person: Person) => {
    const el = box.current;
    if (!el || !search) return;
    const piece = `@${person.name} `;
    const end = search.from + piece.length;
    setPeople((all) => [...all.filter((p) => p.name !== person.name), person]);
    write({ from: search.from, to: el.selectionStart, text: piece, select: [end, end] });
    setSearch(null);
  };
  const save = () => {
    if (!text.trim() || busy) return;
    onSave(closed(text.trim(), people))
      .then(() => {
        setText('');
        setPeople([]);
        setSearch(null);
        if (!initial) setOpen(false);
      })
      // what was written stays where it is; the failure is told below
      .catch(() => undefined);
  };
  const onKey = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (e.nativeEvent.isComposing) return;
    const mod = e.ctrlKey || e.metaKey;
    if (listed && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      setAt((active + (e.key === 'ArrowDown' ? 1 : -1) + found.length) % found.length);
    } else if (listed && (e.key === 'Enter' || e.key === 'Tab') && !mod && !e.shiftKey) {
      e.preventDefault();
      mention(found[active] as Person);
    } else if (e.key === 'Escape' && search) {
      e.preventDefault();
      e.stopPropagation();
      setSearch(null);
    } else if (e.key === 'Escape' && onCancel) {
      e.stopPropagation();
      onCancel();
    } else if (mod && e.key === 'Enter') {
      e.preventDefault();
      save();
    } else if (mod && !e.altKey && !e.shiftKey) {
      const tool = TOOLS.find((x) => x.letter === e.key.toLowerCase());
      if (!tool) return;
      e.preventDefault();
      use(tool);
    }
  };

  return (
    <div className={c.composer} data-open={open || undefined}>
      {open && (
        <div className={c.tools} role="toolbar" aria-label={t('notes.format')}>
          {TOOLS.map((tool) => (
            <button
              key={tool.key}
              type="button"
              aria-label={t(`notes.tool.${tool.key}`)}
              title={t(`notes.tool.${tool.key}`)}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => use(tool)}
            >
              <tool.icon size={15} aria-hidden />
            </button>
          ))}
          <button
            type="button"
            aria-label={t('notes.tool.mention')}
            title={t('notes.tool.mention')}
            onMouseDown={(e) => e.preventDefault()}
            onClick={() => {
              const el = box.current;
              if (!el) return;
              const before = el.value.slice(0, el.selectionStart);
              const piece = /(^|\s)$/.test(before) ? '@' : ' @';
              const end = el.selectionStart + piece.length;
              write({ from: el.selectionStart, to: el.selectionEnd, text: piece, select: [end, end] });
              look();
            }}
          >
            <IconAt size={15} aria-hidden />
          </button>
        </div>
      )}
      <textarea
        ref={box}
        className={c.text}
        aria-label={label}
        placeholder={label}
        dir="auto"
        rows={open ? 3 : 1}
        maxLength={20_000}
        value={text}
        aria-autocomplete="list"
        aria-controls={listed ? listId : undefined}
        aria-activedescendant={listed ? `${id}-${active}` : undefined}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onFocus={() => setOpen(true)}
        onChange={(e) => {
          setText(e.currentTarget.value);
          look();
        }}
        onSelect={look}
        onBlur={() => setSearch(null)}
        onKeyDown={onKey}
      />
      {listed && (
        <div className={c.people} id={listId} role="listbox" aria-label={t('notes.people')}>
          {found.map((p, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text, which names the active one
            // biome-ignore lint/a11y/useKeyWithClickEvents: the text's own keys choose
            <div
              key={p.id}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === active}
              data-active={i === active || undefined}
              onMouseDown={(e) => e.preventDefault()}
              onMouseMove={() => setAt(i)}
              onClick={() => mention(p)}
            >
              <Avatar name={p.name} size={20} />
              <bdi>{p.name}</bdi>
            </div>
          ))}
        </div>
      )}
      {open && (
        <div className={c.foot}>
          {error ? (
            <span id={`${id}-error`} role="alert" className={c.problem}>
              {error}
            </span>
          ) : (
            <span className={c.hint}>{t('notes.hint')}</span>
          )}
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('components.cancel')}
            </Button>
          )}
          <Button loading={busy} disabled={!text.trim()} onClick={save}>
            {submit}
          </Button>
        </div>
      )}
    </div>
  );
}
