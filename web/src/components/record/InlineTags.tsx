import { Popover } from '@mantine/core';
import { IconPencil, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dash } from '../Values';
import c from './record.module.css';

const MOST = 40;

export function Tags({ tags }: { tags: readonly string[] }) {
  if (!tags.length) return <Dash />;
  return (
    <span className={c.tags}>
      {tags.map((tag) => (
        <span key={tag} className={c.tag} dir="auto">
          {tag}
        </span>
      ))}
    </span>
  );
}

type Props = { label: string; tags: string[]; readOnly: boolean; onSave: (tags: string[]) => void };

/** Enter or a comma adds a tag, Backspace in the empty field takes the last one away; saved when it closes. */
export function InlineTags({ label, tags, readOnly, onSave }: Props) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<string[] | null>(null);
  const [text, setText] = useState('');
  if (readOnly)
    return (
      <span className={c.value}>
        <Tags tags={tags} />
      </span>
    );
  const withText = (list: string[]) => {
    const words = text
      .split(',')
      .map((x) => x.trim().slice(0, MOST))
      .filter(Boolean);
    return [...new Set([...list, ...words])];
  };
  const close = () => {
    if (draft) {
      const next = withText(draft);
      if (next.join('\n') !== tags.join('\n')) onSave(next);
    }
    setDraft(null);
    setText('');
  };
  const onKey = (e: KeyboardEvent<HTMLInputElement>) => {
    if (!draft) return;
    if (e.key === 'Enter' || e.key === ',') {
      e.preventDefault();
      if (!text.trim()) return close();
      setDraft(withText(draft));
      setText('');
    } else if (e.key === 'Backspace' && !text) setDraft(draft.slice(0, -1));
  };
  return (
    <Popover
      opened={draft !== null}
      onChange={(open) => {
        if (!open) close();
      }}
      position="bottom-start"
      width={260}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <button
          type="button"
          className={c.inline}
          data-inline="pick"
          aria-expanded={draft !== null}
          onClick={() => (draft ? close() : setDraft(tags))}
        >
          <span className="sr-only">{t('components.edit', { field: label })}</span>
          <span className={c.value}>
            <Tags tags={tags} />
          </span>
          <IconPencil size={13} className={c.pencil} aria-hidden />
        </button>
      </Popover.Target>
      <Popover.Dropdown className={c.tagBox} aria-label={label}>
        {draft?.map((tag) => (
          <span key={tag} className={c.tag} dir="auto">
            {tag}
            <button
              type="button"
              aria-label={t('record.removeTag', { tag })}
              onClick={() => setDraft(draft.filter((x) => x !== tag))}
            >
              <IconX size={11} aria-hidden />
            </button>
          </span>
        ))}
        <input
          data-autofocus
          aria-label={t('record.addTag')}
          placeholder={t('record.addTag')}
          maxLength={MOST}
          dir="auto"
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
          onKeyDown={onKey}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
