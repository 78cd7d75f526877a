import { Button } from '@mantine/core';
import { IconError404, IconLock } from '@tabler/icons-react';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { EmptyState, ErrorState } from '@/components';
import { onBrand } from '@/theme/branding';

/** While the session is looked up: the outline that stands in index.html, styled there. */
export function Boot() {
  const { t } = useTranslation();
  const { branding } = useUi();
  return (
    <div className="boot" role="status" aria-label={t('components.loading')}>
      <div className="boot-side">
        <div className="boot-brand">
          {!branding.logo_light && (
            <b style={{ background: branding.primary, color: onBrand(branding.primary) }}>
              {branding.name.slice(0, 1).toUpperCase()}
            </b>
          )}
          <span>{branding.name}</span>
        </div>
        <i />
        <i />
        <i />
        <i />
        <i />
      </div>
      <div className="boot-body">
        <div className="boot-top" />
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
