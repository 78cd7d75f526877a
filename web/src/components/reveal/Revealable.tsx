import { Tooltip } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { useCan } from '@/session/session';
import { CopyButton } from '../CopyButton';
import { Ltr, Masked } from '../Values';
import { secondsLeft } from './purpose';
import { RevealDialog } from './RevealDialog';
import c from './reveal.module.css';
import type { RevealEntity, RevealField } from './types';
import { useReveal } from './useReveal';

const SHOWN_FOR = 60_000;

type Masking = { id: string; masked?: string[]; hidden?: string[] };
type Props = {
  entity: RevealEntity;
  record: Masking;
  field: RevealField;
  label: string;
  value: string | null | undefined;
  /** How the clear value is written: a date in words, an amount with its currency. */
  format?: (value: string) => ReactNode;
};

/** A masked value with an eye beside it, for those who may. What the role hides completely has none. */
export function Revealable({ entity, record, field, label, value, format }: Props) {
  const can = useCan();
  const masked = record.masked?.includes(field) && !record.hidden?.includes(field);
  if (!masked || !value || !can(`${entity}.reveal`))
    return (
      <span className={c.row}>
        <span className={c.value}>
          <Masked record={record} field={field} value={value} />
        </span>
      </span>
    );
  // another record, another field, another masked value: nothing of the old one may stay
  return (
    <Eye
      key={`${record.id} ${field} ${value}`}
      {...{ entity, record, field, label, format }}
      masked={value}
    />
  );
}

type Shown = { value: string; until: number } | null;

function Eye({ entity, record, field, label, masked, format }: Omit<Props, 'value'> & { masked: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const { reveal, busy, failure, clear } = useReveal(entity, record.id, field);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState<Shown>(null);
  const left = useCountdown(shown?.until ?? null, () => setShown(null));
  const ask = async (purpose: string) => {
    const value = await reveal(purpose);
    if (value === null) return;
    setAsking(false);
    setShown({ value, until: Date.now() + SHOWN_FOR });
  };
  const eye = shown ? t('reveal.hide', { field: label }) : t('reveal.button', { field: label });
  return (
    <span className={c.row}>
      <span className={c.value} data-revealed={shown ? field : undefined}>
        {shown ? (
          <>
            {format ? format(shown.value) : <Ltr>{shown.value}</Ltr>}
            <span className="sr-only" role="status">
              {t('reveal.shownFor', { count: SHOWN_FOR / 1000 })}
            </span>
          </>
        ) : (
          <Masked record={record} field={field} value={masked} />
        )}
      </span>
      <span className={c.tools}>
        {shown && (
          <>
            <CopyButton value={shown.value} label={t('reveal.copy')} />
            <span className={c.left} aria-hidden>
              {t('reveal.seconds', { n: f.int(left) })}
            </span>
          </>
        )}
        <Tooltip label={eye}>
          <button
            type="button"
            className={c.eye}
            aria-label={eye}
            aria-haspopup={shown ? undefined : 'dialog'}
            onClick={() => {
              if (shown) return setShown(null);
              clear();
              setAsking(true);
            }}
          >
            {shown ? <IconEyeOff size={15} aria-hidden /> : <IconEye size={15} aria-hidden />}
          </button>
        </Tooltip>
      </span>
      <RevealDialog
        opened={asking}
        label={label}
        busy={busy}
        failure={failure}
        onClose={() => setAsking(false)}
        onReveal={(purpose) => void ask(purpose)}
      />
    </span>
  );
}

/** Seconds until a moment; says when it has come. A tab in the background wakes up in time as well. */
function useCountdown(until: number | null, onOver: () => void): number {
  const [now, setNow] = useState(() => Date.now());
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    if (until === null) return;
    const tick = () => {
      setNow(Date.now());
      if (Date.now() >= until) over.current();
    };
    tick();
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }, [until]);
  return until === null ? 0 : secondsLeft(until, now);
}
