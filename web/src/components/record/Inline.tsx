import { IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { pickErrors } from '@/lib/forms';
import { PickMenu, type PickOption } from '../PickMenu';
import { errorText } from '../toast';
import { Dash } from '../Values';
import c from './record.module.css';

type TextProps = {
  label: string;
  value: string | null | undefined;
  type?: 'text' | 'email' | 'tel' | 'date';
  show?: ReactNode;
  readOnly?: boolean;
  /** The field's name in the server's errors. */
  field: string;
  onSave: (value: string) => Promise<unknown>;
};

/** The fact after this one, or before it. */
export function moveOn(from: HTMLElement, back: boolean): void {
  const all = [...document.querySelectorAll<HTMLElement>('[data-inline]')];
  const here = from.closest('[data-fact]');
  const at = all.findIndex((x) => x.closest('[data-fact]') === here);
  const next = all[at + (back ? -1 : 1)];
  next?.focus();
  // a text is opened at once: Tab goes on writing; a list of choices waits for Enter
  if (next?.dataset.inline === 'text') next.click();
}

/**
 * Click or Enter to edit, Enter saves, Escape cancels, Tab saves and goes on to the next fact, leaving the field
 * saves. What was typed is shown at once; what the server refuses is opened again with its complaint below.
 */
export function InlineText({ label, value, type = 'text', show, readOnly, field, onSave }: TextProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const open = draft !== null;
  useEffect(() => {
    if (!open) return;
    // a field that was opened again by a refusal does not pull anybody out of another one
    const busy = document.activeElement?.matches('input,textarea,select') ?? false;
    if (!busy) input.current?.focus();
  }, [open]);
  const shown = show ?? (value ? <bdi>{value}</bdi> : <Dash />);
  if (readOnly) return <span className={c.value}>{shown}</span>;

  const stop = (focus: boolean) => {
    done.current = true;
    setDraft(null);
    setError(null);
    if (!focus) return;
    requestAnimationFrame(() => {
      // whoever is somewhere else by then stays there
      if (document.activeElement === document.body) opener.current?.focus();
    });
  };
  const save = (focus: boolean) => {
    if (draft === null || done.current) return;
    const text = draft.trim();
    stop(focus);
    if (text === (value ?? '')) return;
    onSave(text).catch((e: unknown) => {
      done.current = false;
      setDraft(text);
      setError((isApiError(e) && pickErrors(e.fields, [field])[field]) || errorText(e));
    });
  };
  const onKey = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.key === 'Enter') {
      e.preventDefault();
      save(true);
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      stop(true);
    } else if (e.key === 'Tab' && !e.altKey && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      moveOn(e.currentTarget, e.shiftKey);
      save(false);
    }
  };
  if (!open)
    return (
      <button
        ref={opener}
        type="button"
        className={c.inline}
        data-inline="text"
        onClick={() => {
          done.current = false;
          setDraft(value ?? '');
        }}
      >
        <span className="sr-only">{t('components.edit', { field: label })}</span>
        <span className={c.value}>{shown}</span>
        <IconPencil size={13} className={c.pencil} aria-hidden />
      </button>
    );
  return (
    <span className={c.editor}>
      <input
        ref={input}
        type={type}
        aria-label={label}
        data-inline="text"
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `err-${field}` : undefined}
        dir={type === 'email' || type === 'tel' ? 'ltr' : 'auto'}
        value={draft}
        onChange={(e) => {
          setDraft(e.currentTarget.value);
          setError(null);
        }}
        onBlur={() => {
          if (!error) save(false);
        }}
        onKeyDown={onKey}
      />
      {error && (
        <span id={`err-${field}`} role="alert" className={c.problem}>
          {error}
        </span>
      )}
    </span>
  );
}

type PickProps = {
  label: string;
  value: string | null | undefined;
  options: PickOption[];
  none?: string;
  show: ReactNode;
  readOnly?: boolean;
  onPick: (value: string) => void;
};

export function InlinePick({ label, value, options, none, show, readOnly, onPick }: PickProps) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  if (readOnly) return <span className={c.value}>{show}</span>;
  return (
    <>
      <button
        type="button"
        className={c.inline}
        data-inline="pick"
        aria-haspopup="listbox"
        aria-expanded={anchor !== null}
        onClick={(e) => setAnchor(e.currentTarget.getBoundingClientRect())}
      >
        <span className="sr-only">{t('components.edit', { field: label })}</span>
        <span className={c.value}>{show}</span>
        <IconPencil size={13} className={c.pencil} aria-hidden />
      </button>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={label}
          options={options}
          none={none}
          value={value}
          onPick={(v) => {
            if (v !== (value ?? '')) onPick(v);
          }}
          onClose={() => setAnchor(null)}
        />
      )}
    </>
  );
}
