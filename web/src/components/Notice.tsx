import { IconAlertCircle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import c from './ui.module.css';

type Tone = 'info' | 'warn' | 'neg' | 'pos';

/** A short message inside a form or panel. Failures announce themselves. */
export function Notice({ tone = 'info', children }: { tone?: Tone; children: ReactNode }) {
  const Icon = tone === 'info' ? IconInfoCircle : tone === 'pos' ? IconCircleCheck : IconAlertCircle;
  return (
    <div className={c.notice} data-tone={tone} role={tone === 'neg' ? 'alert' : 'status'}>
      <Icon size={16} aria-hidden />
      <div>{children}</div>
    </div>
  );
}
