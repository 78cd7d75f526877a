import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import {
  blankSteps,
  type Provisioning,
  type ProvisioningStep,
  progressOf,
  stepElapsed,
  totalElapsed,
} from '@/lib/provisioning';
import c from './ProvisioningSteps.module.css';
import { useNow } from './useProvisioning';

export function useSeconds() {
  const { i18n } = useTranslation();
  return (ms: number) => {
    const seconds = ms / 1000;
    const format = (value: number, unit: 'second' | 'minute', digits = 0) =>
      new Intl.NumberFormat(i18n.language, {
        style: 'unit',
        unit,
        unitDisplay: 'narrow',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(value);
    if (seconds < 10) return format(seconds, 'second', 1);
    if (seconds < 60) return format(seconds, 'second');
    return `${format(Math.floor(seconds / 60), 'minute')} ${format(Math.floor(seconds % 60), 'second')}`;
  };
}

function Mark({ status }: { status: ProvisioningStep['status'] }) {
  if (status === 'failed')
    return (
      <span className={c.mark} data-s="failed">
        <IconX size={13} stroke={2.5} />
      </span>
    );
  return (
    <span className={c.mark} data-s={status}>
      <svg viewBox="0 0 20 20" aria-hidden="true">
        <circle className={c.ring} cx="10" cy="10" r="8.25" />
        {status === 'running' && <circle className={c.spin} cx="10" cy="10" r="8.25" />}
        {status === 'done' && (
          <>
            <circle className={c.disc} cx="10" cy="10" r="9" />
            <path className={c.tick} d="M6.2 10.4l2.6 2.6 5-5.6" />
          </>
        )}
      </svg>
    </span>
  );
}

/** The steps with their marks, the bar and the time taken. */
export function ProvisioningSteps({
  provisioning,
  showErrors = false,
}: {
  provisioning: Provisioning | undefined;
  /** The raw error of a step is for the owner, not for a person signing up. */
  showErrors?: boolean;
}) {
  const { t } = useTranslation();
  const seconds = useSeconds();
  const running = provisioning?.status === 'running';
  const now = useNow(running);
  const steps = provisioning?.steps.length ? provisioning.steps : blankSteps();
  const progress = progressOf(provisioning);
  const label = (name: string) => t(`provisioning.step.${name}`, { defaultValue: name });
  return (
    <div className={c.box}>
      <div
        className={c.bar}
        role="progressbar"
        aria-label={t('provisioning.progress')}
        aria-valuemin={0}
        aria-valuemax={progress.total}
        aria-valuenow={progress.finished}
        data-failed={provisioning?.status === 'failed' || undefined}
      >
        <span style={{ transform: `scaleX(${progress.fraction})` }} />
      </div>
      <div className={c.sum}>
        <span>{t('provisioning.of', { done: progress.finished, total: progress.total })}</span>
        {provisioning && <span className="num">{seconds(totalElapsed(provisioning, now))}</span>}
      </div>
      <ol className={c.steps}>
        {steps.map((step) => {
          const took = stepElapsed(step, now);
          return (
            <li
              key={step.name}
              className={c.step}
              data-s={step.status}
              aria-current={step.status === 'running' ? 'step' : undefined}
            >
              <Mark status={step.status} />
              <span className={c.name}>
                {label(step.name)}
                <span className="sr-only"> {t(`provisioning.status.${step.status}`)}</span>
                {showErrors && step.error && (
                  <bdi className={c.error} dir="ltr">
                    {step.error}
                  </bdi>
                )}
              </span>
              {took !== null && step.status !== 'pending' && (
                <span className={`${c.took} num`}>{seconds(took)}</span>
              )}
            </li>
          );
        })}
      </ol>
      <p className="sr-only" role="status">
        {provisioning?.status === 'done'
          ? t('provisioning.spoken.done')
          : provisioning?.status === 'failed'
            ? t('provisioning.spoken.failed')
            : progress.current
              ? label(progress.current.name)
              : ''}
      </p>
    </div>
  );
}
