import { Button } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { SkeletonLines } from '@/components';
import c from './editor.module.css';

type Props = {
  name: string;
  meta?: ReactNode;
  actions?: ReactNode;
  preview?: ReactNode;
  bar?: ReactNode;
  children: ReactNode;
};

/** The editor and the record preview side by side, the bar with unsaved changes below both. */
export function EditorFrame({ name, meta, actions, preview, bar, children }: Props) {
  const { t } = useTranslation();
  return (
    <div className={c.frame}>
      <div className={c.head}>
        <nav className={c.crumbs} aria-label={t('components.breadcrumb')}>
          <Link to="/settings/roles">{t('staff.nav.roles')}</Link>
          <IconChevronRight size={13} className="flip" aria-hidden />
          <span className={c.crumb} dir="auto">
            {name}
          </span>
        </nav>
        {meta}
        <span className={c.grow} />
        {actions}
      </div>
      <div className={c.body}>
        {children}
        {preview}
      </div>
      {bar}
    </div>
  );
}

type BarProps = {
  count: number;
  submit: string;
  busy?: boolean;
  onDiscard?: () => void;
  onSubmit: () => void;
};

/** Stays in sight while there is something to save. */
export function SaveBar({ count, submit, busy, onDiscard, onSubmit }: BarProps) {
  const { t } = useTranslation();
  const f = useFormat();
  return (
    <section className={c.bar} aria-label={t('roles.unsaved')}>
      <span role="status">{count > 0 && t('roles.changes', { count, n: f.int(count) })}</span>
      <span className={c.grow} />
      {onDiscard && (
        <Button variant="default" onClick={onDiscard}>
          {t('roles.discard')}
        </Button>
      )}
      <Button loading={busy} onClick={onSubmit}>
        {submit}
      </Button>
    </section>
  );
}

export function EditorSkeleton() {
  return (
    <div className={c.frame}>
      <div className={c.body}>
        <div className={c.editor}>
          <SkeletonLines lines={14} gap={26} />
        </div>
      </div>
    </div>
  );
}
