import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PickMenu } from './PickMenu';
import c from './ui.module.css';

export type RowAction = { key: string; label: string; run: () => void };

/** The "…" at the end of a row: a plain button; the list exists only while it is open. */
export function RowActions({ name, actions }: { name: string; actions: RowAction[] }) {
  const { t } = useTranslation();
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const label = t('components.actionsFor', { name });
  if (!actions.length) return null;
  return (
    <>
      <button
        type="button"
        className={c.rowMore}
        aria-label={label}
        aria-haspopup="listbox"
        aria-expanded={anchor !== null}
        onClick={(e) => setAnchor(e.currentTarget.getBoundingClientRect())}
      >
        <IconDots size={16} aria-hidden />
      </button>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={label}
          value="-"
          options={actions.map((a) => ({ value: a.key, label: a.label }))}
          onPick={(key) => actions.find((a) => a.key === key)?.run()}
          onClose={() => setAnchor(null)}
        />
      )}
    </>
  );
}
