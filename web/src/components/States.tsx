import { Button } from '@mantine/core';
import { IconAlertTriangle, IconInbox, IconRefresh } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText } from './toast';
import c from './ui.module.css';

type StateProps = {
  title: string;
  text?: ReactNode;
  icon?: ReactNode;
  action?: ReactNode;
  compact?: boolean;
};

/** One sentence and at most one action. */
export function EmptyState({ title, text, icon, action, compact }: StateProps) {
  return (
    <div className={c.state} data-compact={compact || undefined}>
      <span className={c.stateIcon} aria-hidden>
        {icon ?? <IconInbox size={20} stroke={1.6} />}
      </span>
      <p className={c.stateTitle}>{title}</p>
      {text && <p className={c.stateText}>{text}</p>}
      {action && <div className={c.stateAction}>{action}</div>}
    </div>
  );
}

/** A failure inside its own panel: what happened, the request's id for support, another try. */
export function ErrorState({
  error,
  onRetry,
  compact,
}: {
  error: unknown;
  onRetry?: () => void;
  compact?: boolean;
}) {
  const { t } = useTranslation();
  const id = isApiError(error) ? error.requestId : null;
  return (
    <div className={c.state} role="alert" data-compact={compact || undefined}>
      <span className={c.stateIcon} aria-hidden>
        <IconAlertTriangle size={20} stroke={1.6} />
      </span>
      <p className={c.stateTitle}>{t('components.couldNotLoad')}</p>
      <p className={c.stateText}>{errorText(error)}</p>
      {id && (
        <p className={c.request}>
          {t('components.requestId')} <bdi>{id}</bdi>
        </p>
      )}
      {onRetry && (
        <div className={c.stateAction}>
          <Button variant="default" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            {t('components.retry')}
          </Button>
        </div>
      )}
    </div>
  );
}
