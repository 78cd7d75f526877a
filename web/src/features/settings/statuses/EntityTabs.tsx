import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import c from '../settings.module.css';
import type { StatusEntity } from './types';

/** Clients or leads: both have statuses and fields of their own. */
export function EntityTabs({
  value,
  onChange,
}: {
  value: StatusEntity;
  onChange: (entity: StatusEntity) => void;
}) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      classNames={{ root: c.segments }}
      aria-label={t('statuses.kind')}
      value={value}
      onChange={(v) => onChange(v === 'lead' ? 'lead' : 'client')}
      data={[
        { value: 'client', label: t('staff.nav.clients') },
        { value: 'lead', label: t('staff.nav.leads') },
      ]}
    />
  );
}
