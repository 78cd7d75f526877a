import { IconCheck, IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Line } from '../faults';
import k from './check.module.css';

/** What comes after: the next one at once, its button, or nothing, because somebody went elsewhere. */
export type Then = 'edit' | 'focus' | 'leave';
type Props = {
  line: Line;
  editing: boolean;
  busy: boolean;
  onEdit: (line: Line) => void;
  onSave: (line: Line, text: string, then: Then) => void;
  onStop: (line: Line) => void;
};

/** The text of a cell as it stands in the file, put right in place: Enter keeps it, Tab goes on to the next one. */
export function ValueCell({ line, editing, busy, onEdit, onSave, onStop }: Props) {
  const { t } = useTranslation();
  const [text, setText] = useState(line.value);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!editing) return;
    setText(line.value);
    input.current?.focus();
    input.current?.select();
  }, [editing, line.value]);
  const label = t('imports.check.valueOf', { column: line.column, row: line.row });
  if (line.fixed)
    return (
      <span className={k.fixed}>
        <IconCheck size={14} aria-hidden />
        {t('imports.check.fixed')}
      </span>
    );
  if (!editing)
    return (
      <button type="button" className={k.cellButton} onClick={() => onEdit(line)}>
        <span className="sr-only">{t('imports.check.change', { column: line.column, row: line.row })} </span>
        {line.value ? (
          <bdi className={k.cellText}>{line.value}</bdi>
        ) : (
          <span className="dim">{t('imports.check.empty')}</span>
        )}
        <IconPencil size={13} aria-hidden />
      </button>
    );
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      onStop(line);
    } else if (e.key === 'Enter' || (e.key === 'Tab' && !e.shiftKey)) {
      e.preventDefault();
      onSave(line, text, e.key === 'Tab' ? 'edit' : 'focus');
    }
  };
  return (
    <input
      ref={input}
      className={k.cellInput}
      aria-label={label}
      value={text}
      readOnly={busy}
      dir="auto"
      spellCheck={false}
      autoComplete="off"
      onChange={(e) => setText(e.currentTarget.value)}
      onKeyDown={onKey}
      onBlur={() => !busy && onSave(line, text, 'leave')}
    />
  );
}
