import { type ReactNode, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { HUES, type Hue } from '@/components';
import c from './HueField.module.css';

type Props = {
  label: string;
  value: Hue;
  onChange: (hue: Hue) => void;
  error?: ReactNode;
  /** What it will look like, beside the colours. */
  children: ReactNode;
};

/** One of the eight colours that keep their meaning in every look. */
export function HueField({ label, value, onChange, error, children }: Props) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div>
      <p id={id} className={c.label}>
        {label}
      </p>
      <div className={c.hues} role="radiogroup" aria-labelledby={id}>
        {HUES.map((hue) => (
          <label key={hue} className={c.hue} data-hue={hue} title={t(`statuses.hue.${hue}`)}>
            <input
              type="radio"
              name={`${id}-hue`}
              checked={value === hue}
              onChange={() => onChange(hue)}
              aria-label={t(`statuses.hue.${hue}`)}
            />
          </label>
        ))}
        {children}
      </div>
      {error && <p className={c.error}>{error}</p>}
    </div>
  );
}
