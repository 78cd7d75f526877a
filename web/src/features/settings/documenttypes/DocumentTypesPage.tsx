import { Button } from '@mantine/core';
import { IconArchive, IconFileCertificate, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { DocumentType } from '@/api/types';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, RowActions, SkeletonLines, toast } from '@/components';
import { ReorderList } from '@/components/reorder';
import { useListSearch } from '@/data/listSearch';
import fields from '../customfields/customfields.module.css';
import shared from '../settings.module.css';
import c from './documenttypes.module.css';
import { documentTypesQuery, useOrderTypes, useUpdateType } from './query';
import { FILES, TypeDrawer } from './TypeDrawer';

const wordOf = (type: string) => FILES.find(([key]) => key === type)?.[1] ?? type;

/** What clients hand in, level by level. */
export function DocumentTypesPage() {
  const { t } = useTranslation();
  const { search, go } = useListSearch();
  const query = useQuery(documentTypesQuery);
  const order = useOrderTypes();
  const update = useUpdateType();
  const all = query.data ?? [];
  const active = all.filter((k) => !k.archived);
  const archived = all.filter((k) => k.archived);
  const levels = [...new Set(active.map((k) => k.level))].sort();
  const set = (kind: DocumentType, away: boolean, done: () => void) =>
    update.mutate(
      { key: kind.key, patch: { archived: away } },
      { onError: (e) => toast.failure(e), onSuccess: done },
    );
  const bringBack = (kind: DocumentType) =>
    set(kind, false, () => toast.done(t('documenttypes.back', { name: kind.label })));
  const putAway = (kind: DocumentType) =>
    set(kind, true, () =>
      toast.undo(t('documenttypes.archived', { name: kind.label }), () => bringBack(kind), { aside: true }),
    );
  const add = (
    <Button leftSection={<IconPlus size={15} aria-hidden />} onClick={() => go({ ...search, new: '1' })}>
      {t('documenttypes.add')}
    </Button>
  );
  return (
    <div className={shared.column}>
      <div className={shared.bar}>
        <span className={shared.grow} />
        {(active.length > 0 || !query.isSuccess) && add}
      </div>
      <div className={shared.page}>
        <div className={shared.narrow}>
          <p className={shared.intro}>{t('documenttypes.intro')}</p>
          {query.isPending && <SkeletonLines lines={6} gap={34} />}
          {query.isError && !query.data && (
            <ErrorState error={query.error} onRetry={() => void query.refetch()} />
          )}
          {query.isSuccess && !active.length && (
            <EmptyState
              icon={<IconFileCertificate size={20} stroke={1.6} />}
              title={t('documenttypes.nothing')}
              text={t('documenttypes.nothingText')}
              action={add}
            />
          )}
          {levels.map((level) => (
            <section key={level} className={c.level}>
              <h2>{t('documenttypes.level', { n: level })}</h2>
              <ReorderList
                label={t('documenttypes.ofLevel', { n: level })}
                items={active.filter((k) => k.level === level)}
                keyOf={(k) => k.key}
                nameOf={(k) => k.label}
                onOrder={(keys) => {
                  const rest = active.filter((k) => k.level !== level);
                  const whole = [
                    ...rest.filter((k) => k.level < level).map((k) => k.key),
                    ...keys,
                    ...rest.filter((k) => k.level > level).map((k) => k.key),
                  ];
                  order.mutate(whole, { onSuccess: () => toast.done(t('documenttypes.ordered')) });
                }}
              >
                {(kind) => (
                  <Row
                    kind={kind}
                    onEdit={() => go({ ...search, edit: kind.key })}
                    onArchive={() => putAway(kind)}
                  />
                )}
              </ReorderList>
            </section>
          ))}
          {archived.length > 0 && (
            <details className={fields.archived}>
              <summary>
                <IconArchive size={15} stroke={1.7} aria-hidden />
                {t('documenttypes.archivedTitle', { count: archived.length })}
              </summary>
              <ul aria-label={t('documenttypes.archivedTitle', { count: archived.length })}>
                {archived.map((kind) => (
                  <li key={kind.key}>
                    <span className={fields.old} dir="auto">
                      {kind.label}
                    </span>
                    <span className={fields.about}>{t('documenttypes.level', { n: kind.level })}</span>
                    <Button
                      variant="default"
                      size="compact-sm"
                      aria-label={`${t('documenttypes.bringBack')}: ${kind.label}`}
                      onClick={() => bringBack(kind)}
                    >
                      {t('documenttypes.bringBack')}
                    </Button>
                  </li>
                ))}
              </ul>
            </details>
          )}
        </div>
      </div>
      <TypeDrawer
        kind={active.find((k) => k.key === search.edit)}
        opened={search.new === '1' || active.some((k) => k.key === search.edit)}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
    </div>
  );
}

function Row({ kind, onEdit, onArchive }: { kind: DocumentType; onEdit: () => void; onArchive: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const facts = [
    kind.required && t('documenttypes.required'),
    kind.expires && t('documenttypes.expires'),
    kind.content_types.map(wordOf).join(', '),
    t('documenttypes.upTo', { size: f.bytes((kind.max_bytes / 1_048_576) * 1_000_000) }),
  ];
  return (
    <>
      <button type="button" className={fields.name} onClick={onEdit}>
        <span dir="auto">{kind.label}</span>
        <span className="sr-only">{t('documenttypes.edit')}</span>
      </button>
      <span className={fields.about}>{facts.filter(Boolean).join(' · ')}</span>
      <RowActions
        name={kind.label}
        actions={[
          { key: 'edit', label: t('documenttypes.edit'), run: onEdit },
          { key: 'archive', label: t('documenttypes.archive'), run: onArchive },
        ]}
      />
    </>
  );
}
