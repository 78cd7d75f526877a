import { Button } from '@mantine/core';
import { IconCircleCheck, IconLinkOff, IconPlugX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hasCode, isApiError } from '@/api/errors';
import { publicApi } from '@/api/public';
import { useUi } from '@/app/ui';
import { errorText, SkeletonLines } from '@/components';
import { MessagePage } from '@/components/page/MessagePage';
import { useTitle } from '@/components/page/useTitle';
import { VisitorCard } from '@/components/visitor';
import { LeadForm } from './LeadForm';

/** The form a partner or the broker puts in front of visitors. No login, no cookie. */
export function LeadFormPage({ partnerId }: { partnerId: string | null }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const [sent, setSent] = useState<{ name: string } | null>(null);
  const form = useQuery({
    queryKey: ['public-form', partnerId],
    queryFn: ({ signal }) => publicApi.form(partnerId, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const company = form.data?.company ?? branding.name;
  useTitle(t('publicform.title'), branding.name);

  if (sent)
    return (
      <MessagePage
        icon={<IconCircleCheck size={26} stroke={1.5} />}
        tone="pos"
        title={t('publicform.sent.title', { name: sent.name })}
        text={t('publicform.sent.text', { company })}
        actions={
          <Button variant="default" size="md" onClick={() => setSent(null)}>
            {t('publicform.sent.another')}
          </Button>
        }
      />
    );
  if (form.isError) {
    const unknown = isApiError(form.error) && [400, 404, 422].includes(form.error.status);
    const why = hasCode(form.error, 'form_closed') ? 'closed' : 'unknown';
    return (
      <MessagePage
        icon={unknown ? <IconLinkOff size={26} stroke={1.5} /> : <IconPlugX size={26} stroke={1.5} />}
        tone="warn"
        title={t(unknown ? `publicform.${why}.title` : 'publicform.failed')}
        text={unknown ? t(`publicform.${why}.text`, { company }) : errorText(form.error)}
        actions={
          unknown ? undefined : (
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
      title={t('publicform.title')}
      lead={t('publicform.lead', { company })}
      partner={partner && { label: t('publicform.partner'), name: partner.name }}
    >
      {form.data ? (
        <LeadForm
          partnerId={partnerId}
          company={company}
          captcha={form.data.captcha}
          onSent={(name) => setSent({ name })}
          onGone={() => void form.refetch()}
        />
      ) : (
        <SkeletonLines lines={7} height={14} gap={26} />
      )}
    </VisitorCard>
  );
}
