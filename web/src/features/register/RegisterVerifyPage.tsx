import { Button } from '@mantine/core';
import {
  IconCircleCheck,
  IconClockX,
  IconLinkOff,
  IconMailCheck,
  IconPlugX,
  IconRosetteDiscountCheck,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { publicApi } from '@/api/public';
import { useUi } from '@/app/ui';
import { Failure } from '@/components/onboarding/Failure';
import { MessagePage } from '@/components/page/MessagePage';
import { useTitle } from '@/components/page/useTitle';

/** The mail's link. Programs that look at mails open links, too: the token is spent by a press of a button. */
export function RegisterVerifyPage({ token }: { token: string }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const company = branding.name;
  useTitle(t('register.verify.tab'), company);
  const verify = useMutation({
    meta: { silent: true },
    mutationFn: () => publicApi.verifyRegistration(token),
  });
  const again = (
    <Button component="a" href="/register" size="md" variant="default">
      {t('register.verify.again')}
    </Button>
  );
  const code = isApiError(verify.error) ? verify.error.code : null;
  if (verify.isSuccess)
    return (
      <MessagePage
        icon={<IconCircleCheck size={26} stroke={1.5} />}
        tone="pos"
        title={t('register.verify.done.title')}
        text={t('register.verify.done.text', { company })}
      />
    );
  if (code === 'token_used')
    return (
      <MessagePage
        icon={<IconRosetteDiscountCheck size={26} stroke={1.5} />}
        tone="brand"
        title={t('register.verify.used.title')}
        text={t('register.verify.used.text', { company })}
      />
    );
  if (code === 'token_expired')
    return (
      <MessagePage
        icon={<IconClockX size={26} stroke={1.5} />}
        tone="warn"
        title={t('register.verify.expired.title')}
        text={t('register.verify.expired.text')}
        actions={again}
      />
    );
  if (!token || code === 'token_unknown' || code === 'validation_failed')
    return (
      <MessagePage
        icon={<IconLinkOff size={26} stroke={1.5} />}
        tone="warn"
        title={t('register.verify.unknown.title')}
        text={t('register.verify.unknown.text')}
        actions={again}
      />
    );
  return (
    <MessagePage
      icon={verify.error ? <IconPlugX size={26} stroke={1.5} /> : <IconMailCheck size={26} stroke={1.5} />}
      tone={verify.error ? 'warn' : 'brand'}
      title={t('register.verify.title')}
      text={t('register.verify.text', { company })}
      actions={
        <Button size="md" onClick={() => verify.mutate()} loading={verify.isPending} autoFocus>
          {t('register.verify.confirm')}
        </Button>
      }
    >
      <Failure error={verify.error} />
    </MessagePage>
  );
}
