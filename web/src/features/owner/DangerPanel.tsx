import { Button, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import type { Tenant } from '@/api/platform';
import { ConfirmDialog, toast } from '@/components';
import { Failure } from '@/components/onboarding/Failure';
import { useDeleteTenant, usePatchTenant } from './query';
import c from './TenantPage.module.css';

type Ask = 'suspend' | 'delete' | null;

/** Suspend, resume, delete: each explained, each confirmed. */
export function DangerPanel({ tenant }: { tenant: Tenant }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [ask, setAsk] = useState<Ask>(null);
  const [typed, setTyped] = useState('');
  const patch = usePatchTenant(tenant.slug);
  const remove = useDeleteTenant(tenant.slug);
  const suspended = tenant.status === 'suspended';
  const close = () => {
    setAsk(null);
    setTyped('');
    patch.reset();
    remove.reset();
  };
  const switchTo = (status: 'active' | 'suspended') =>
    patch.mutate(
      { status },
      {
        onSuccess: () => {
          close();
          toast.done(t(status === 'active' ? 'owner.tenant.resumed' : 'owner.tenant.suspended'));
        },
      },
    );
  return (
    <section className={c.section} aria-labelledby="tenant-actions">
      <div className={c.aside}>
        <h2 id="tenant-actions" className={c.heading}>
          {t('owner.tenant.actions')}
        </h2>
        <p>{t('owner.tenant.actionsText')}</p>
      </div>
      <div className={c.actions}>
        {(tenant.status === 'active' || suspended) && (
          <div className={c.action}>
            <div>
              <b>{t(suspended ? 'owner.tenant.resume' : 'owner.tenant.suspend')}</b>
              <p>{t(suspended ? 'owner.tenant.resumeText' : 'owner.tenant.suspendText')}</p>
            </div>
            <Button
              variant="default"
              size="sm"
              loading={suspended && patch.isPending}
              onClick={() => (suspended ? switchTo('active') : setAsk('suspend'))}
            >
              {t(suspended ? 'owner.tenant.resume' : 'owner.tenant.suspend')}
            </Button>
          </div>
        )}
        {suspended && <Failure error={patch.error} />}
        <div className={c.action}>
          <div>
            <b>{t('owner.tenant.delete')}</b>
            <p>{t('owner.tenant.deleteText')}</p>
          </div>
          <Button variant="default" size="sm" className={c.danger} onClick={() => setAsk('delete')}>
            {t('owner.tenant.delete')}
          </Button>
        </div>
      </div>
      <ConfirmDialog
        opened={ask === 'suspend'}
        title={t('owner.tenant.suspendAsk', { name: tenant.name })}
        text={t('owner.tenant.suspendWarn', { count: tenant.users })}
        confirm={t('owner.tenant.suspend')}
        busy={patch.isPending}
        onConfirm={() => switchTo('suspended')}
        onClose={close}
      >
        <Failure error={patch.error} />
      </ConfirmDialog>
      <ConfirmDialog
        opened={ask === 'delete'}
        danger
        title={t('owner.tenant.deleteAsk', { name: tenant.name })}
        text={t('owner.tenant.deleteWarn')}
        confirm={t('owner.tenant.delete')}
        busy={remove.isPending}
        disabled={typed !== tenant.slug}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess: () => {
              toast.done(t('owner.tenant.deleted', { name: tenant.name }));
              void navigate({ to: '/owner/tenants', replace: true } as never);
            },
          })
        }
        onClose={close}
      >
        <TextInput
          mt="md"
          label={
            <Trans
              i18nKey="owner.tenant.deleteType"
              values={{ slug: tenant.slug }}
              components={{ b: <bdi dir="ltr" className={c.typed} /> }}
            />
          }
          value={typed}
          onChange={(e) => setTyped(e.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Failure error={remove.error} />
      </ConfirmDialog>
    </section>
  );
}
