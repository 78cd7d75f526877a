import { SegmentedControl, Select, Slider, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components';
import { ColourField } from '@/components/onboarding/ColourField';
import { type Branding, FONT_KEYS, type Neutral } from '@/theme/branding';
import shared from '../settings.module.css';
import c from './branding.module.css';
import { colourNotes } from './colour';

type Props = {
  look: Branding;
  errors: Record<string, string>;
  onChange: (part: Partial<Branding>) => void;
};
const NEUTRALS: Neutral[] = ['cool', 'warm', 'pure'];
const MARKS = [0, 4, 8, 12].map((value) => ({ value, label: String(value) }));

export function LookFields({ look, errors, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const notes = colourNotes(look.primary);
  const fonts = FONT_KEYS.includes(look.font) ? FONT_KEYS : [...FONT_KEYS, look.font];
  return (
    <>
      <TextInput
        label={t('branding.name')}
        description={t('branding.nameHelp')}
        value={look.name}
        error={errors.name}
        maxLength={80}
        autoComplete="off"
        onChange={(e) => onChange({ name: e.currentTarget.value })}
      />
      <div className={c.group}>
        <ColourField
          value={look.primary}
          error={errors.primary}
          onChange={(primary) => onChange({ primary })}
        />
        {notes.weak.length > 0 && (
          <Notice tone="warn">
            {t(`branding.weak.${notes.weak[0]}`, {
              ratio: notes.ratio[notes.weak[0] as 'light' | 'dark'].toFixed(1),
            })}
          </Notice>
        )}
        <p className={c.hint}>{t(`branding.onText.${notes.onText}`)}</p>
      </div>
      <div className={c.group}>
        <span id={`${id}-radius`} className={c.label}>
          {t('branding.radius')}
        </span>
        <Slider
          size="sm"
          min={0}
          max={12}
          step={1}
          marks={MARKS}
          mb={18}
          value={look.radius}
          thumbLabel={t('branding.radius')}
          label={(v) => `${v} px`}
          onChange={(radius) => onChange({ radius })}
        />
        {errors.radius && <p className={c.error}>{errors.radius}</p>}
      </div>
      <Select
        label={t('branding.font')}
        value={look.font}
        error={errors.font}
        allowDeselect={false}
        data={fonts.map((value) => ({
          value,
          label: t(`branding.fonts.${value}`, { defaultValue: value }),
        }))}
        onChange={(font) => font && onChange({ font })}
      />
      <div className={c.group}>
        <span id={`${id}-neutral`} className={c.label}>
          {t('branding.neutral')}
        </span>
        <SegmentedControl
          size="xs"
          classNames={{ root: shared.segments }}
          aria-labelledby={`${id}-neutral`}
          value={look.neutral}
          onChange={(v) => onChange({ neutral: NEUTRALS.find((n) => n === v) ?? 'cool' })}
          data={NEUTRALS.map((value) => ({ value, label: t(`branding.neutrals.${value}`) }))}
        />
        {errors.neutral && <p className={c.error}>{errors.neutral}</p>}
      </div>
    </>
  );
}
