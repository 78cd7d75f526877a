import { type ComponentPropsWithRef, useId } from 'react';
import { useTranslation } from 'react-i18next';
import c from './ui.module.css';

export const HUES = ['blue', 'violet', 'amber', 'grey', 'teal', 'green', 'red', 'pink'] as const;
export type Hue = (typeof HUES)[number];
export const hueOrGrey = (hue: string | null | undefined): Hue =>
  HUES.includes(hue as Hue) ? (hue as Hue) : 'grey';

export function StatusPill({ label, hue }: { label: string; hue: Hue }) {
  return (
    <span className={c.pill} data-hue={hue}>
      {label}
    </span>
  );
}

/** The pill as a button that opens a menu of choices. */
export function StatusPillButton({
  label,
  hue,
  hint,
  ...rest
}: { label: string; hue: Hue; hint?: string } & Omit<ComponentPropsWithRef<'button'>, 'children'>) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <button type="button" {...rest} className={c.pill} data-hue={hue} aria-describedby={id}>
      {label}
      <span id={id} hidden>
        {hint ?? t('components.changeStatus')}
      </span>
    </button>
  );
}
