import { TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { normaliseHex, SWATCHES } from '@/lib/brand';
import { onBrand } from '@/theme/branding';
import c from './onboarding.module.css';

/** One brand colour: a few good ones, the system's picker, or an exact hex. */
export function ColourField({
  value,
  onChange,
  error,
}: {
  value: string;
  onChange: (hex: string) => void;
  error?: string;
}) {
  const { t } = useTranslation();
  const id = useId();
  const [text, setText] = useState(value);
  useEffect(() => {
    setText((old) => (normaliseHex(old) === value ? old : value));
  }, [value]);
  const bad = text !== '' && normaliseHex(text) === null;
  return (
    <div className={c.field}>
      <span className={c.label} id={id}>
        {t('onboarding.colour.label')}
      </span>
      <div className={c.swatches} role="radiogroup" aria-labelledby={id}>
        {SWATCHES.map(({ hex, name }) => (
          <label key={hex} className={c.swatch} style={{ background: hex, color: onBrand(hex) }}>
            <input
              type="radio"
              name={`${id}-swatch`}
              value={hex}
              checked={value === hex}
              onChange={() => onChange(hex)}
              aria-label={t(`onboarding.colour.names.${name}`)}
            />
            {value === hex && <IconCheck size={15} stroke={2.5} aria-hidden />}
          </label>
        ))}
      </div>
      <div className={c.hexRow}>
        <label className={c.picker} style={{ background: value }}>
          <span className="sr-only">{t('onboarding.colour.pick')}</span>
          <input type="color" value={value} onChange={(e) => onChange(e.currentTarget.value)} />
        </label>
        <TextInput
          aria-label={t('onboarding.colour.hex')}
          value={text}
          onChange={(e) => {
            const next = e.currentTarget.value;
            setText(next);
            const hex = normaliseHex(next);
            if (hex) onChange(hex);
          }}
          onBlur={() => setText(value)}
          error={bad ? t('onboarding.colour.bad') : error}
          maxLength={7}
          spellCheck={false}
          autoComplete="off"
          dir="ltr"
          className={c.hex}
        />
      </div>
    </div>
  );
}
