import { Button, Drawer, Group } from '@mantine/core';
import { IconArrowUpRight } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorState } from '@/components';
import { ProvisioningSteps } from '@/components/provisioning/ProvisioningSteps';
import { useProvisioning } from '@/components/provisioning/useProvisioning';
import c from './drawer.module.css';
import { NewTenantForm } from './NewTenantForm';
import { useRetry } from './query';

/** A new tenant: first the form, then its progress, both in one place and both in the address bar. */
export function NewTenantDrawer({
  open,
  from,
  onOpen,
  onClose,
}: {
  /** `new` shows the form, an id its provisioning, empty nothing. */
  open: string;
  /** The slug to clone from, when one came from a tenant's page. */
  from: string;
  onOpen: (next: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [last, setLast] = useState(open);
  useEffect(() => {
    if (open) setLast(open);
  }, [open]);
  const shown = open || last;
  return (
    <Drawer
      opened={open !== ''}
      onClose={onClose}
      title={t(shown === 'new' || !shown ? 'owner.new.title' : 'owner.new.progress')}
      size={520}
      classNames={{ content: c.content, header: c.head, title: c.title, body: c.body }}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {shown === 'new' ? (
        <NewTenantForm from={from} onStarted={onOpen} onCancel={onClose} />
      ) : (
        shown && <ProvisioningView id={shown} onClose={onClose} />
      )}
    </Drawer>
  );
}

function ProvisioningView({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useProvisioning(id, { auth: true });
  const retry = useRetry(id);
  if (!data && error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  const status = data?.status ?? 'running';
  const address = data?.tenant_url ? new URL(data.tenant_url).host : data?.slug;
  return (
    <div className={c.form}>
      <div className={c.fields}>
        <div>
          <h3 className={c.heading}>{t(`owner.new.state.${status}`)}</h3>
          <p className={c.sub}>
            <bdi dir="ltr">{address}</bdi>
          </p>
        </div>
        <ProvisioningSteps provisioning={data} showErrors />
        {status === 'done' && <p className={c.sub}>{t('owner.new.invited')}</p>}
      </div>
      <Group className={c.foot} justify="flex-end" gap="sm">
        <Button variant="default" size="sm" onClick={onClose}>
          {t(status === 'running' ? 'owner.new.background' : 'components.close')}
        </Button>
        {status === 'failed' && (
          <Button size="sm" loading={retry.isPending} onClick={() => retry.mutate()}>
            {t('owner.provisionings.retry')}
          </Button>
        )}
        {status === 'done' && data?.tenant_url && (
          <Button
            component="a"
            href={data.tenant_url}
            target="_blank"
            rel="noreferrer"
            size="sm"
            rightSection={<IconArrowUpRight size={15} className="flip" />}
          >
            {t('owner.new.visit')}
          </Button>
        )}
      </Group>
    </div>
  );
}
