import { Checkbox, Group, Select, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { OptionalLabel } from '@/components';
import { usePipelines } from '@/data/pipelines';
import { isAmount, plainAmount } from '../deals/values';
import type { NewOpportunity } from './query';

/** As it is typed. */
export type Chance = { name: string; amount: string; pipeline: string; day: string };

export const isComplete = (chance: Chance): boolean =>
  Boolean(chance.name.trim()) && (!chance.amount.trim() || isAmount(chance.amount));

export const opportunityOf = (chance: Chance): NewOpportunity => ({
  name: chance.name.trim(),
  ...(chance.amount.trim() ? { amount: plainAmount(chance.amount) } : {}),
  ...(chance.pipeline ? { pipeline: chance.pipeline } : {}),
  ...(chance.day ? { expected_close_date: chance.day } : {}),
});

type Props = { lead: Lead; value: Chance | null; onChange: (value: Chance | null) => void };

/** With the client also what is to be sold to it. */
export function OpportunityPart({ lead, value, onChange }: Props) {
  const { t } = useTranslation();
  const pipelines = usePipelines();
  const set = (patch: Partial<Chance>) => value && onChange({ ...value, ...patch });
  if (!pipelines.list.length) return null;
  return (
    <Stack gap="sm" mt="md">
      <Checkbox
        label={t('leads.alsoOpportunity')}
        description={t('leads.alsoOpportunityHelp')}
        checked={value !== null}
        onChange={(e) =>
          onChange(
            e.currentTarget.checked
              ? { name: lead.name, amount: '', pipeline: pipelines.first?.key ?? '', day: '' }
              : null,
          )
        }
      />
      {value && (
        <>
          <TextInput
            label={t('deals.field.name')}
            dir="auto"
            value={value.name}
            error={value.name.trim() ? undefined : t('deals.need.name')}
            onChange={(e) => set({ name: e.currentTarget.value })}
          />
          <Group grow gap="md" align="start" wrap="nowrap">
            <TextInput
              label={<OptionalLabel>{t('deals.field.amount')}</OptionalLabel>}
              inputMode="decimal"
              dir="ltr"
              value={value.amount}
              error={!value.amount.trim() || isAmount(value.amount) ? undefined : t('deals.need.amount')}
              onChange={(e) => set({ amount: e.currentTarget.value })}
            />
            <TextInput
              type="date"
              label={<OptionalLabel>{t('deals.field.expected_close_date')}</OptionalLabel>}
              value={value.day}
              onChange={(e) => set({ day: e.currentTarget.value })}
            />
          </Group>
          {pipelines.list.length > 1 && (
            <Select
              label={t('deals.field.pipeline')}
              data={pipelines.options}
              value={value.pipeline}
              allowDeselect={false}
              onChange={(v) => set({ pipeline: v ?? '' })}
            />
          )}
        </>
      )}
    </Stack>
  );
}
