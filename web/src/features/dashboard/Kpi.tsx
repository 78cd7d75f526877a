import { IconArrowDownRight, IconArrowUpRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import c from './dashboard.module.css';

type Props = {
  label: string;
  value: string;
  /** The list of exactly those records. */
  to?: string | null;
  search?: Record<string, string>;
  chart?: ReactNode;
  children?: ReactNode;
};

export function Kpi({ label, value, to, search, chart, children }: Props) {
  const body = (
    <>
      <span className={c.kpiLabel}>{label}</span>
      <span className={c.kpiRow}>
        <span className={c.kpiValue}>{value}</span>
        {chart}
      </span>
      <span className={c.kpiNote}>{children}</span>
    </>
  );
  return to ? (
    <Link to={to} search={(search ?? {}) as never} className={c.kpi}>
      {body}
    </Link>
  ) : (
    <div className={c.kpi}>{body}</div>
  );
}

/** Against the days before; the direction is an arrow and a sign, not a colour alone. */
export function Change({ value, days }: { value: number; days: number }) {
  const { t } = useTranslation();
  const f = useFormat();
  const up = value >= 0;
  const Arrow = up ? IconArrowUpRight : IconArrowDownRight;
  return (
    <>
      <span className={c.change} data-up={up}>
        <Arrow size={14} aria-hidden className="flip" />
        <bdi dir="ltr">
          {up ? '+' : ''}
          {f.percent(value)}
        </bdi>
      </span>{' '}
      <span className="dim">{t('dashboard.vsBefore', { count: days })}</span>
    </>
  );
}
