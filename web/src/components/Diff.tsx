import { IconArrowRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import c from './ui.module.css';

export type DiffLine = { field: string; old?: unknown; new?: unknown };

const isEmpty = (v: unknown) => v == null || v === '' || (Array.isArray(v) && v.length === 0);

export function diffText(value: unknown): string {
  if (isEmpty(value)) return '—';
  if (Array.isArray(value)) return value.map(diffText).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

/** Field by field: the old value struck through, the new one beside it. */
export function Diff({
  lines,
  label,
  value = (_field, v) => diffText(v),
}: {
  lines: DiffLine[];
  label?: (field: string) => string;
  value?: (field: string, v: unknown) => ReactNode;
}) {
  const { t } = useTranslation();
  if (!lines.length) return null;
  return (
    <dl className={c.diff}>
      {lines.map((l) => (
        <div key={l.field} style={{ display: 'contents' }}>
          <dt>{label?.(l.field) ?? l.field}</dt>
          <dd>
            {!isEmpty(l.old) && (
              <>
                <del className={c.old}>
                  <span className="sr-only">{t('components.diffOld')} </span>
                  <bdi>{value(l.field, l.old)}</bdi>
                </del>
                <IconArrowRight size={12} className={`${c.arrow} flip`} aria-hidden />
              </>
            )}
            <ins className={c.new} style={{ textDecoration: 'none' }}>
              <span className="sr-only">{t('components.diffNew')} </span>
              <bdi>{value(l.field, l.new)}</bdi>
            </ins>
          </dd>
        </div>
      ))}
    </dl>
  );
}
