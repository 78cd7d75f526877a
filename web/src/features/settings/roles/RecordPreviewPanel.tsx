import { SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { Avatar, Dash, EmptyState, ErrorState, Ltr, Notice, SkeletonLines } from '@/components';
import { RecordPicker } from '@/components/explain';
import { useStatuses } from '@/data/lookups';
import { useCan } from '@/session/session';
import c from './preview.module.css';
import { recordPreviewQuery } from './query';
import type { PreviewedType, RecordPreview, Rules } from './types';

const SHOWN: Record<PreviewedType, string[]> = {
  client: ['status', 'assigned_to_name', 'email', 'phone', 'country', 'address', 'date_of_birth', 'balance'],
  lead: ['status', 'assigned_to_name', 'email', 'phone', 'country', 'source'],
  contact: ['status', 'assigned_to_name', 'email', 'phone', 'company', 'job_title'],
};

type Picked = { id: string; label: string };

/** A real record as somebody with these rules would see it, while the rules are being changed. */
export function RecordPreviewPanel({ rules, changed }: { rules: Rules; changed: readonly string[] }) {
  const { t } = useTranslation();
  const can = useCan();
  const types = (['client', 'lead', 'contact'] as const).filter((x) => can(`${x}s.read`));
  const [type, setType] = useState<PreviewedType>(types[0] ?? 'client');
  const [picked, setPicked] = useState<Picked | null>(null);
  const [asked] = useDebouncedValue(rules, 300);
  const { data, error, isPlaceholderData, refetch } = useQuery({
    ...recordPreviewQuery({ ...asked, resource_type: type, ...(picked ? { resource_id: picked.id } : {}) }),
    enabled: types.length > 0,
  });
  if (!types.length) return null;
  const missing = hasCode(error, 'not_found');
  return (
    <aside className={c.preview} aria-label={t('roles.preview.title')}>
      <h3 className={c.previewTitle}>{t('roles.preview.title')}</h3>
      <p className={c.previewText}>{t('roles.preview.text')}</p>
      {types.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label={t('roles.preview.kind')}
          value={type}
          onChange={(v) => {
            setType(v as PreviewedType);
            setPicked(null);
          }}
          data={types.map((value) => ({ value, label: t(`roles.preview.${value}`) }))}
        />
      )}
      <RecordPicker
        key={type}
        type={type}
        label={t('roles.preview.record')}
        value={picked ?? (data?.resource.type === type ? data.resource : null)}
        onPick={(r) => setPicked(r)}
      />
      <div className={c.card} aria-live="polite" aria-busy={isPlaceholderData} data-testid="record-preview">
        {missing ? (
          <EmptyState title={t('roles.preview.nothing')} compact />
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refetch()} compact />
        ) : data ? (
          <Seen preview={data} type={type} changed={changed} />
        ) : (
          <SkeletonLines lines={7} gap={18} />
        )}
      </div>
    </aside>
  );
}

function Seen({
  preview,
  type,
  changed,
}: {
  preview: RecordPreview;
  type: PreviewedType;
  changed: readonly string[];
}) {
  const { t } = useTranslation();
  const f = useFormat();
  const statuses = useStatuses(type === 'lead' ? 'lead' : 'client');
  const { record, resource, visible } = preview;
  const show = (field: string): ReactNode => {
    const value = record[field];
    const hidden = record.hidden?.includes(field);
    if (hidden || record.masked?.includes(field))
      return (
        <span className={c.locked}>
          <IconLock size={13} stroke={1.8} aria-hidden />
          {!hidden && value ? <Ltr>{String(value)}</Ltr> : <span>{t('components.hidden')}</span>}
          <span className="sr-only">{t(hidden ? 'roles.preview.isHidden' : 'roles.preview.isMasked')}</span>
        </span>
      );
    if (value == null || value === '') return <Dash />;
    const text = String(value);
    // a contact's few states are the program's and not the company's
    if (field === 'status') return type === 'contact' ? t(`contacts.status.${text}`) : statuses.label(text);
    if (field === 'country') return f.country(text);
    if (field === 'date_of_birth') return <bdi>{f.date(text)}</bdi>;
    if (field === 'balance')
      return (
        <span className="num" dir="ltr">
          {f.money(text, String(record.currency ?? ''))}
        </span>
      );
    return field === 'email' || field === 'phone' ? <Ltr>{text}</Ltr> : <bdi>{text}</bdi>;
  };
  if (!visible) return <Notice tone="warn">{t('roles.preview.invisible', { name: resource.label })}</Notice>;
  return (
    <>
      <div className={c.cardHead}>
        <Avatar name={resource.label} size={32} />
        <b dir="auto">{resource.label}</b>
      </div>
      <dl className={c.facts}>
        {SHOWN[type].map((field) => (
          <div
            key={field}
            data-field={field}
            data-changed={changed.includes(`${type}s.${field}`) || undefined}
          >
            <dt>{t(`${type}s.field.${field}`)}</dt>
            <dd>{show(field)}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
