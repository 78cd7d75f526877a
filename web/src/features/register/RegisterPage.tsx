import { Button } from '@mantine/core';
import { IconLockOff, IconMailCheck, IconPlugX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { publicApi } from '@/api/public';
import { useUi } from '@/app/ui';
import { errorText, SkeletonLines } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import { useTitle } from '@/components/page/useTitle';
import { VisitorCard } from '@/components/visitor';
import { RegisterForm } from './RegisterForm';
import c from './register.module.css';
import { campaign } from './values';

/** Where people become clients by themselves. No login, no cookie. */
export function RegisterPage({ partnerId, query }: { partnerId: string | null; query: URLSearchParams }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const [sentTo, setSentTo] = useState<string | null>(null);
  const metadata = useMemo(() => campaign(query), [query]);
  const form = useQuery({
    queryKey: ['registration', partnerId],
    queryFn: ({ signal }) => publicApi.registration(partnerId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const company = form.data?.company ?? branding.name;
  useTitle(t('register.title'), branding.name);

  if (sentTo)
    return (
      <MessagePage
        icon={<IconMailCheck size={26} stroke={1.5} />}
        tone="brand"
        title={t('register.sent.title')}
        text={
          <>
            {t('register.sent.text')} <bdi className={c.address}>{sentTo}</bdi>{' '}
            {t('register.sent.more', { hours: 48 })}
          </>
        }
        actions={
          <Button variant="default" size="md" onClick={() => setSentTo(null)}>
            {t('register.sent.again')}
          </Button>
        }
      />
    );
  if (form.isError) {
    const closed = isApiError(form.error) && [400, 404, 422].includes(form.error.status);
    return (
      <MessagePage
        icon={closed ? <IconLockOff size={26} stroke={1.5} /> : <IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t(closed ? 'register.closed.title' : 'register.failed')}
        text={closed ? t('register.closed.text', { company }) : errorText(form.error)}
        actions={
          closed ? undefined : (
            <Button size="md" onClick={() => void form.refetch()} loading={form.isFetching}>
              {t('components.retry')}
            </Button>
          )
        }
      />
    );
  }
  const partner = form.data?.partner;
  return (
    <VisitorCard
      title={t('register.title')}
      lead={t('register.lead', { company })}
      partner={partner && { label: t('register.partner'), name: partner.name }}
    >
      {form.data ? (
        <RegisterForm
          form={form.data}
          partnerId={partnerId}
          metadata={metadata}
          onSent={setSentTo}
          onOutdated={() => void form.refetch()}
        />
      ) : (
        <SkeletonLines lines={8} height={14} gap={26} />
      )}
    </VisitorCard>
  );
}
