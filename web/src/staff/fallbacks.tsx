import { Button } from '@mantine/core';
import { IconError404, IconLock } from '@tabler/icons-react';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { EmptyState, ErrorState } from '@/components';
import c from './Shell/Shell.module.css';

/** The outline of the app while the session is looked up: same geometry, no flash. */
export function Boot() {
  const { t } = useTranslation();
  return (
    <div className={c.shell} role="status" aria-label={t('components.loading')}>
      <div className={c.side}>
        {[60, 88, 46, 52, 48, 58].map((width, i) => (
          <span
            key={width}
            className="skeleton"
            style={{ width: `${width}%`, height: i ? 12 : 24, margin: 8 }}
          />
        ))}
      </div>
      <div className={c.body}>
        <div className={c.top}>
          <span className="skeleton" style={{ width: 120 }} />
        </div>
      </div>
    </div>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <EmptyState
      icon={<IconError404 size={22} stroke={1.6} />}
      title={t('staff.notFound.title')}
      text={t('staff.notFound.text')}
      action={
        <Button variant="default" onClick={() => void router.navigate({ to: '/' })}>
          {t('staff.notFound.action')}
        </Button>
      }
    />
  );
}

/** The address of a page that this person's role does not include. */
export function NoAccess() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconLock size={22} stroke={1.6} />}
      title={t('staff.noAccess.title')}
      text={t('staff.noAccess.text')}
    />
  );
}

export function RouteFailure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  return (
    <ErrorState
      error={error}
      onRetry={() => {
        reset();
        void router.invalidate();
      }}
    />
  );
}
