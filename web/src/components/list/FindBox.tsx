import { IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { shortcutAllowed } from '@/lib/keys';
import c from './list.module.css';

/** Server-side search, sent a moment after the last key. `/` puts the cursor here. */
export function FindBox({
  value,
  onChange,
  label,
}: {
  value: string;
  onChange: (q: string) => void;
  label?: string;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(value);
  useEffect(() => {
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      onChange(text);
    }, 250);
    return () => clearTimeout(timer);
  }, [text, onChange]);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== '/' || !shortcutAllowed(e)) return;
      e.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  const name = label ?? t('components.list.find');
  return (
    <label className={c.find}>
      <IconSearch size={15} aria-hidden />
      <input
        ref={input}
        value={text}
        type="text"
        inputMode="search"
        placeholder={name}
        aria-label={name}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key !== 'Escape') return;
          if (text) setText('');
          else input.current?.blur();
        }}
      />
      {text && (
        <button type="button" aria-label={t('components.list.clearFind')} onClick={() => setText('')}>
          <IconX size={13} aria-hidden />
        </button>
      )}
    </label>
  );
}
