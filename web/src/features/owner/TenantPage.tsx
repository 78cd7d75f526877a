import { Button } from '@mantine/core';
import { IconArrowUpRight, IconChevronRight, IconCopy } from '@tabler/icons-react';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import type { Tenant } from '@/api/platform';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, RelativeTime, SkeletonLines, StatusPill } from '@/components';
import { AppLink } from '@/components/page/AppLink';
import { useTitle } from '@/components/page/useTitle';
import { BrandingPanel } from './BrandingPanel';
import { DangerPanel } from './DangerPanel';
import o from './owner.module.css';
import { STATUS_HUE, useTenant } from './query';
import { TenantMark } from './TenantMark';
import c from './TenantPage.module.css';

export function TenantPage() {
  const { t } = useTranslation();
  const { slug = '' } = useParams({ strict: false }) as { slug?: string };
  const tenant = useTenant(slug);
  const name = tenant.data?.name ?? slug;
  useTitle(name);
  return (
    <>
      <header className={o.top}>
        <div className={o.crumb}>
          <AppLink to="/owner/tenants">{t('owner.tenants.title')}</AppLink>
          <IconChevronRight size={14} className="flip" aria-hidden />
          <bdi>{name}</bdi>
        </div>
      </header>
      <div className={c.scroll}>
        {tenant.data ? (
          <Content tenant={tenant.data} />
        ) : tenant.isError ? (
          hasCode(tenant.error, 'tenant_not_found', 'not_found') ? (
            <EmptyState
              title={t('owner.tenant.gone')}
              text={t('owner.tenant.goneText')}
              action={
                <Button component="a" href="/owner/tenants" variant="default">
                  {t('owner.tenant.back')}
                </Button>
              }
            />
          ) : (
            <ErrorState error={tenant.error} onRetry={() => void tenant.refetch()} />
          )
        ) : (
          <div className={c.page}>
            <SkeletonLines lines={6} />
          </div>
        )}
      </div>
    </>
  );
}

function Content({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const f = useFormat();
  const host = new URL(tenant.url, location.href).host;
  const facts: [string, ReactNode][] = [
    ['template', <Version key="v" name={tenant.template} version={tenant.template_version} />],
    ['users', f.int(tenant.users)],
    ['clients', f.int(tenant.clients)],
    [
      'size',
      t('owner.sizes', {
        all: f.bytes(tenant.storage_bytes + tenant.database_bytes),
        database: f.bytes(tenant.database_bytes),
        files: f.bytes(tenant.storage_bytes),
      }),
    ],
    ['active', <RelativeTime key="a" at={tenant.last_active_at} />],
    ['created', f.date(tenant.created_at)],
  ];
  return (
    <div className={c.page}>
      <div className={c.head}>
        <TenantMark tenant={tenant} size={48} />
        <div className={c.names}>
          <h1 className={c.title}>
            <bdi>{tenant.name}</bdi>
            <StatusPill label={t(`owner.status.${tenant.status}`)} hue={STATUS_HUE[tenant.status]} />
          </h1>
          <a href={tenant.url} target="_blank" rel="noreferrer" className={c.url}>
            <bdi dir="ltr">{host}</bdi>
            <IconArrowUpRight size={14} className="flip" aria-hidden />
            <span className="sr-only">{t('owner.tenant.newTab')}</span>
          </a>
        </div>
        <span className={o.grow} />
        {tenant.provisioning_id && tenant.status !== 'active' && tenant.status !== 'suspended' && (
          <AppLink to="/owner/tenants" search={{ open: tenant.provisioning_id }} className={c.link}>
            {t('owner.tenant.progress')}
          </AppLink>
        )}
        {tenant.status === 'active' && (
          <AppLink to="/owner/tenants" search={{ open: 'new', from: tenant.slug }} className={c.link}>
            <IconCopy size={15} stroke={1.7} aria-hidden />
            {t('owner.tenant.clone')}
          </AppLink>
        )}
      </div>
      <dl className={c.facts}>
        {facts.map(([key, value]) => (
          <div key={key}>
            <dt>{t(`owner.col.${key}`)}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <BrandingPanel key={tenant.id} tenant={tenant} />
      <DangerPanel tenant={tenant} />
    </div>
  );
}

function Version({ name, version }: { name: string; version: string }) {
  return (
    <>
      <bdi>{name}</bdi>{' '}
      <bdi className="dim" dir="ltr">
        {version}
      </bdi>
    </>
  );
}
