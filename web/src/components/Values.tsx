import { Tooltip } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { CSSProperties, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { hueOf, initials, money } from '@/lib/format';
import c from './ui.module.css';

export function Avatar({ name, size = 24 }: { name: string; size?: number }) {
  const style = { '--hue': hueOf(name), width: size, height: size, fontSize: Math.round(size * 0.4) };
  return (
    <span className={c.avatar} style={style as CSSProperties} aria-hidden>
      {initials(name)}
    </span>
  );
}

export function Person({ name, size = 18 }: { name: string | null | undefined; size?: number }) {
  if (!name) return <Dash />;
  return (
    <span className={c.person}>
      <Avatar name={name} size={size} />
      <span className={c.ell} dir="auto">
        {name}
      </span>
    </span>
  );
}

export function Dash() {
  return <span className="dim">—</span>;
}

export function Money({
  amount,
  currency,
}: {
  amount: string | number | null | undefined;
  currency: string;
}) {
  if (amount == null) return <Dash />;
  return (
    <span className="num" dir="ltr">
      {money(amount, currency)}
    </span>
  );
}

export function RelativeTime({ at, empty }: { at: string | null | undefined; empty?: ReactNode }) {
  const f = useFormat();
  if (!at) return empty ?? <Dash />;
  return (
    <time dateTime={at} title={f.dateTime(at)}>
      {f.ago(at)}
    </time>
  );
}

/** Phone, account number, hash: always a left-to-right run. */
export function Ltr({ children }: { children: ReactNode }) {
  return (
    <bdi dir="ltr" className="num">
      {children}
    </bdi>
  );
}

/** A long e-mail address breaks before its @, not inside a word. */
const breakable = (value: string): ReactNode => {
  const at = value.indexOf('@');
  return at > 0 ? (
    <>
      {value.slice(0, at)}
      <wbr />
      {value.slice(at)}
    </>
  ) : (
    value
  );
};

type Masking = { masked?: string[]; hidden?: string[] };
export const isProtected = (record: Masking | undefined, field: string): boolean =>
  Boolean(record?.masked?.includes(field) || record?.hidden?.includes(field));

/** A value the reader may see in part or not at all: lock glyph, reason on hover and for screen readers. */
export function Masked({
  record,
  field,
  value,
  plain,
}: {
  record: Masking;
  field: string;
  value: string | null | undefined;
  /** In tables: no tooltip component per cell, the native title does. */
  plain?: boolean;
}) {
  const { t } = useTranslation();
  if (!isProtected(record, field)) return value ? <Ltr>{breakable(value)}</Ltr> : <Dash />;
  const reason = t('components.hiddenByRole');
  const body = (
    <span className={c.masked} title={plain ? reason : undefined}>
      <IconLock size={13} stroke={1.8} aria-hidden />
      {value && !record.hidden?.includes(field) ? <Ltr>{value}</Ltr> : <span>{t('components.hidden')}</span>}
      <span className="sr-only">{reason}</span>
    </span>
  );
  return plain ? body : <Tooltip label={reason}>{body}</Tooltip>;
}

export function Code({ children, title }: { children: ReactNode; title?: string }) {
  return (
    <span className={c.code} title={title} dir="ltr">
      {children}
    </span>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className={c.kbd} dir="ltr">
      {children}
    </kbd>
  );
}
