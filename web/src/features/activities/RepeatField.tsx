import { Group, NumberInput, Select, TextInput } from '@mantine/core';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import c from './activities.module.css';
import { FREQUENCIES, repeatText, weekdayNames } from './repeat';
import type { Frequency, Repeat } from './types';
import type { Clock } from './useClock';

type Props = { value: Repeat | null; onChange: (value: Repeat | null) => void; clock: Clock; error?: string };
const ENDS = ['never', 'until', 'count'] as const;

/** How often something comes again, and until when; said in one sentence below. */
export function RepeatField({ value, onChange, clock, error }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const end: (typeof ENDS)[number] =
    value?.until != null ? 'until' : value?.count != null ? 'count' : 'never';
  const set = (patch: Partial<Repeat>) => value && onChange({ ...value, ...patch });
  return (
    <div className={c.repeat}>
      <Group grow gap="md" align="start" wrap="nowrap">
        <Select
          label={t('activities.repeat.title')}
          error={error}
          data={[
            { value: 'none', label: t('activities.repeat.none') },
            ...FREQUENCIES.map((f) => ({ value: f, label: t(`activities.repeat.freq.${f}`) })),
          ]}
          value={value?.freq ?? 'none'}
          allowDeselect={false}
          onChange={(v) =>
            onChange(v === 'none' || !v ? null : { ...(value ?? { interval: 1 }), freq: v as Frequency })
          }
        />
        {value && (
          <NumberInput
            size="sm"
            label={t('activities.repeat.interval')}
            min={1}
            max={99}
            value={value.interval}
            onChange={(v) => set({ interval: Number(v) || 1 })}
          />
        )}
      </Group>
      {value?.freq === 'weekly' && (
        <fieldset className={c.weekdays}>
          <legend className="sr-only">{t('activities.repeat.weekdays')}</legend>
          {weekdayNames(clock.locale, clock.weekStart).map(({ key, name }) => {
            const on = value.weekdays?.includes(key) ?? false;
            return (
              <button
                key={key}
                type="button"
                aria-pressed={on}
                onClick={() =>
                  set({
                    weekdays: on
                      ? value.weekdays?.filter((d) => d !== key)
                      : [...(value.weekdays ?? []), key],
                  })
                }
              >
                {name}
              </button>
            );
          })}
        </fieldset>
      )}
      {value && (
        <Group grow gap="md" align="start" wrap="nowrap">
          <Select
            label={t('activities.repeat.end')}
            data={ENDS.map((e) => ({ value: e, label: t(`activities.repeat.ends.${e}`) }))}
            value={end}
            allowDeselect={false}
            onChange={(v) =>
              set({ until: v === 'until' ? clock.today() : null, count: v === 'count' ? 10 : null })
            }
          />
          {end === 'until' && (
            <TextInput
              type="date"
              label={t('activities.repeat.until')}
              value={value.until ?? ''}
              onChange={(e) => set({ until: e.currentTarget.value })}
            />
          )}
          {end === 'count' && (
            <NumberInput
              size="sm"
              label={t('activities.repeat.count')}
              min={1}
              max={500}
              value={value.count ?? 10}
              onChange={(v) => set({ count: Number(v) || 1 })}
            />
          )}
        </Group>
      )}
      {value && (
        <p id={id} className={c.sentence} aria-live="polite">
          {repeatText(value, { t, locale: clock.locale, date: clock.date })}
        </p>
      )}
    </div>
  );
}
