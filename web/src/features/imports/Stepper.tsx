import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import c from './imports.module.css';
import { STEPS, type Step } from './steps';

type Props = { now: Step; reachable: (step: Step) => boolean; onGo: (step: Step) => void };

/** Where one is, and the way back: what was done is reached again, what comes next is not skipped. */
export function Stepper({ now, reachable, onGo }: Props) {
  const { t } = useTranslation();
  const at = STEPS.indexOf(now);
  return (
    <nav aria-label={t('imports.steps')} className={c.steps}>
      <ol>
        {STEPS.map((step, i) => (
          <li key={step}>
            <button
              type="button"
              className={c.step}
              data-state={i === at ? 'now' : i < at ? 'past' : 'next'}
              aria-current={i === at ? 'step' : undefined}
              disabled={i !== at && !reachable(step)}
              onClick={() => onGo(step)}
            >
              <span className={c.stepMark} aria-hidden>
                {i < at ? <IconCheck size={12} stroke={3} /> : i + 1}
              </span>
              <span className={c.stepName}>{t(`imports.step.${step}`)}</span>
            </button>
          </li>
        ))}
      </ol>
    </nav>
  );
}
