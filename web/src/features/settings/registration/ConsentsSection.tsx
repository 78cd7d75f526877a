import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { EmptyState, ErrorState, RowActions, SkeletonLines, StatusPill, toast } from '@/components';
import { useListSearch } from '@/data/listSearch';
import general from '../general/general.module.css';
import { ConsentDrawer } from './ConsentDrawer';
import { type Consent, consentsQuery, useUpdateConsent } from './query';
import c from './registration.module.css';
import { VersionsDialog } from './VersionsDialog';

/** What people agree to, with its versions. */
export function ConsentsSection() {
  const { t } = useTranslation();
  const f = useFormat();
  const id = useId();
  const { search, go } = useListSearch();
  const query = useQuery(consentsQuery);
  const update = useUpdateConsent();
  const [showing, setShowing] = useState<Consent | null>(null);
  const all = query.data ?? [];
  const editing = all.find((x) => x.id === search.edit);

  const archive = (consent: Consent, archived: boolean) =>
    update.mutate(
      { id: consent.id, patch: { archived } },
      {
        onError: (e) => toast.failure(e),
        onSuccess: () => {
          const text = t(archived ? 'registration.archived' : 'registration.back', { name: consent.title });
          if (archived) toast.undo(text, () => archive(consent, false), { aside: true });
          else toast.done(text);
        },
      },
    );
  return (
    <section className={general.section} aria-labelledby={id}>
      <div className={general.about}>
        <h2 id={id}>{t('registration.consents')}</h2>
        <p>{t('registration.consentsAbout')}</p>
      </div>
      <div className={c.consents}>
        {query.isPending && <SkeletonLines lines={3} gap={30} />}
        {query.isError && !query.data && (
          <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />
        )}
        {query.isSuccess && !all.length && (
          <EmptyState title={t('registration.none')} text={t('registration.noneText')} compact />
        )}
        {all.length > 0 && (
          <ul className={c.list} aria-label={t('registration.consents')}>
            {all.map((x) => (
              <li key={x.id} data-archived={x.archived || undefined}>
                <div className={c.main}>
                  <button type="button" className={c.name} onClick={() => go({ ...search, edit: x.id })}>
                    <span dir="auto">{x.title}</span>
                    <span className="sr-only">{t('registration.edit')}</span>
                  </button>
                  <p className={c.meta}>
                    {t('registration.version', { version: x.version })} ·{' '}
                    {t('registration.since', { date: f.date(x.published_at) })} ·{' '}
                    {t('registration.agreed', { count: x.agreed })}
                  </p>
                </div>
                {x.archived ? (
                  <StatusPill label={t('registration.notShown')} hue="grey" />
                ) : (
                  <StatusPill
                    label={t(x.required ? 'registration.required' : 'registration.optional')}
                    hue={x.required ? 'blue' : 'grey'}
                  />
                )}
                <RowActions
                  name={x.title}
                  actions={[
                    { key: 'edit', label: t('registration.edit'), run: () => go({ ...search, edit: x.id }) },
                    { key: 'versions', label: t('registration.versions'), run: () => setShowing(x) },
                    x.archived
                      ? { key: 'back', label: t('registration.bringBack'), run: () => archive(x, false) }
                      : { key: 'archive', label: t('registration.archive'), run: () => archive(x, true) },
                  ]}
                />
              </li>
            ))}
          </ul>
        )}
        <div>
          <Button
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => go({ ...search, new: '1' })}
          >
            {t('registration.add')}
          </Button>
        </div>
      </div>
      <ConsentDrawer
        consent={editing}
        opened={search.new === '1' || editing !== undefined}
        onClose={() => go({ ...search, new: undefined, edit: undefined })}
      />
      <VersionsDialog consent={showing} onClose={() => setShowing(null)} />
    </section>
  );
}
