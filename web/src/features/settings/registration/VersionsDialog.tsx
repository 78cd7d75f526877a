import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { ErrorState, SkeletonLines } from '@/components';
import { Markdown } from '@/components/markdown';
import { type Consent, versionsQuery } from './query';
import c from './registration.module.css';

/** Every wording that a consent ever had. What a client agreed to can be read here for ever. */
export function VersionsDialog({ consent, onClose }: { consent: Consent | null; onClose: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const query = useQuery(versionsQuery(consent?.id ?? ''));
  return (
    <Modal
      opened={consent !== null}
      onClose={onClose}
      size="lg"
      centered
      title={t('registration.versionsOf', { name: consent?.title })}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {query.isPending && <SkeletonLines lines={5} gap={24} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} compact />}
      {query.data?.map((v, at) => (
        <details key={v.version} className={c.version} open={at === 0}>
          <summary>
            <b>{t('registration.version', { version: v.version })}</b>
            <span className={c.meta}>
              {f.dateTime(v.published_at)}
              {v.published_by && (
                <>
                  {' · '}
                  <bdi>{v.published_by}</bdi>
                </>
              )}
            </span>
          </summary>
          <h3 dir="auto">{v.title}</h3>
          <Markdown source={v.body} lang={consent?.locale} />
          <p className={c.hash}>
            SHA-256 <bdi dir="ltr">{v.hash}</bdi>
          </p>
        </details>
      ))}
    </Modal>
  );
}
