import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Step } from './draft';
import c from './SignupPage.module.css';

const STEPS: Step[] = [1, 2, 3];

/** Where one is, and the way back; forward only as far as the form is complete. */
export function Stepper({ step, max, onGo }: { step: Step; max: Step; onGo: (step: Step) => void }) {
  const { t } = useTranslation();
  return (
    <ol className={c.stepper} aria-label={t('signup.steps')}>
      {STEPS.map((n) => (
        <li key={n}>
          <button
            type="button"
            className={c.stepButton}
            data-state={n === step ? 'now' : n < step ? 'past' : 'next'}
            aria-current={n === step ? 'step' : undefined}
            disabled={n > max}
            onClick={() => onGo(n)}
          >
            <span className={c.stepMark} aria-hidden>
              {n < step ? <IconCheck size={12} stroke={3} /> : n}
            </span>
            {t(`signup.step${n}.short`)}
          </button>
        </li>
      ))}
    </ol>
  );
}
