import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText, Notice } from '@/components';

/** A failed submission under its form: what happened, when to try again, the request's id. */
export function Failure({ error }: { error: unknown }) {
  const { t } = useTranslation();
  const wait = isApiError(error) && (error.status === 429 || error.status === 423) ? error.retryAfter : null;
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (wait === null) return;
    const until = Date.now() + wait * 1000;
    const tick = () => setLeft(Math.max(0, Math.ceil((until - Date.now()) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [wait]);
  if (!error) return null;
  const id = isApiError(error) ? error.requestId : null;
  const limited = isApiError(error) && (error.status === 429 || error.status === 423);
  return (
    <Notice tone={limited ? 'warn' : 'neg'}>
      {limited
        ? t(error.status === 423 ? 'onboarding.failure.locked' : 'onboarding.failure.limited')
        : errorText(error)}{' '}
      {limited && wait !== null && (
        <span aria-live="off">
          {left <= 0
            ? t('onboarding.failure.now')
            : left < 90
              ? t('onboarding.failure.seconds', { count: left })
              : t('onboarding.failure.minutes', { count: Math.ceil(left / 60) })}
        </span>
      )}
      {id && !limited && (
        <>
          {' '}
          {t('components.requestId')} <bdi dir="ltr">{id}</bdi>
        </>
      )}
    </Notice>
  );
}
