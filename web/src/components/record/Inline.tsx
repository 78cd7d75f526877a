import { IconPencil } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
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

/** Click to edit, Enter saves, Escape cancels, leaving the field saves. The server's complaint shows below it. */
export function InlineText({ label, value, type = 'text', show, readOnly, field, onSave }: TextProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const done = useRef(false);
  const shown = show ?? (value ? <bdi>{value}</bdi> : <Dash />);
  if (readOnly) return <span className={c.value}>{shown}</span>;

  const stop = () => {
    done.current = true;
    setDraft(null);
    setError(null);
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = async () => {
    if (draft === null || busy || done.current) return;
    if (draft.trim() === (value ?? '')) return stop();
    setBusy(true);
    try {
      await onSave(draft.trim());
      stop();
    } catch (e) {
      setError((isApiError(e) && pickErrors(e.fields, [field])[field]) || errorText(e));
    } finally {
      setBusy(false);
    }
  };
  if (draft === null)
    return (
      <button
        ref={opener}
        type="button"
        className={c.inline}
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
        // biome-ignore lint/a11y/noAutofocus: the person asked for this field by clicking it
        autoFocus
        type={type}
        aria-label={label}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `err-${field}` : undefined}
        dir={type === 'email' || type === 'tel' ? 'ltr' : 'auto'}
        disabled={busy}
        value={draft}
        onChange={(e) => {
          setDraft(e.currentTarget.value);
          setError(null);
        }}
        onBlur={() => {
          if (!error) void save();
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter') {
            e.preventDefault();
            void save();
          } else if (e.key === 'Escape') {
            e.stopPropagation();
            stop();
          }
        }}
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
