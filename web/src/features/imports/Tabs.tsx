import type { KeyboardEvent } from 'react';
import { useFormat } from '@/app/ui';
import c from './imports.module.css';

export type TabDef = { key: string; label: string; count?: number; tone?: 'neg' | 'warn' };

/** Tabs by keyboard: arrows go along them, in the direction of the writing. */
export function Tabs({
  tabs,
  tab,
  label,
  onTab,
}: {
  tabs: TabDef[];
  tab: string;
  label: string;
  onTab: (key: string) => void;
}) {
  const f = useFormat();
  const onKey = (e: KeyboardEvent<HTMLButtonElement>) => {
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const step = { ArrowRight: rtl, ArrowLeft: -rtl }[e.key];
    if (!step) return;
    e.preventDefault();
    const at = tabs.findIndex((x) => x.key === tab);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    onTab(next.key);
    document.getElementById(`import-tab-${next.key}`)?.focus();
  };
  return (
    <div role="tablist" aria-label={label} className={c.tabs}>
      {tabs.map((x) => (
        <button
          key={x.key}
          id={`import-tab-${x.key}`}
          type="button"
          role="tab"
          aria-selected={x.key === tab}
          aria-controls="import-panel"
          tabIndex={x.key === tab ? 0 : -1}
          className={c.tab}
          onClick={() => onTab(x.key)}
          onKeyDown={onKey}
        >
          {x.label}
          {x.count !== undefined && (
            <span className={c.tabCount} data-tone={x.count ? x.tone : undefined}>
              {f.int(x.count)}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}
