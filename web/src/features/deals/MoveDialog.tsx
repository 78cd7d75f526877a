import { Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal, DealPatch, Stage, StageNeed } from '@/api/sales';
import { ConfirmDialog, OptionalLabel } from '@/components';
import { RecordPicker } from '@/components/explain/RecordPicker';
import { fieldText } from '@/lib/forms';
import { isAmount, plainAmount } from './values';

type Props = {
  deal: Deal;
  stage: Stage;
  needs: StageNeed[];
  /** The server's words about them. */
  errors: Record<string, string[]>;
  busy: boolean;
  onConfirm: (fields: DealPatch) => void;
  onClose: () => void;
};
type Named = { id: string; label: string } | null;

/** What a stage asks for when a deal comes in, and no more than that. */
export function MoveDialog({ deal, stage, needs, errors, busy, onConfirm, onClose }: Props) {
  const { t } = useTranslation();
  const [values, setValues] = useState<Partial<Record<StageNeed, string>>>({});
  const [names, setNames] = useState<Partial<Record<StageNeed, Named>>>({});
  const [problems, setProblems] = useState<Partial<Record<StageNeed, string>>>(
    Object.fromEntries(Object.entries(errors).map(([key, all]) => [key, fieldText(all[0] ?? '')])),
  );
  const reopens = deal.outcome !== 'none' && stage.outcome !== deal.outcome;
  const mustHave = (need: StageNeed) => stage.required.includes(need);
  const set = (need: StageNeed, value: string) => {
    setValues((v) => ({ ...v, [need]: value }));
    setProblems(({ [need]: _gone, ...rest }) => rest);
  };
  const confirm = () => {
    const found: Partial<Record<StageNeed, string>> = {};
    for (const need of needs) {
      const value = values[need]?.trim() ?? '';
      if (!value && mustHave(need)) found[need] = t('components.fieldError.required');
      else if (need === 'amount' && value && !isAmount(value)) found[need] = t('deals.need.amount');
    }
    setProblems(found);
    if (Object.keys(found).length) return;
    const fields = needs.flatMap((need) => {
      const value = values[need]?.trim();
      return value ? [[need, need === 'amount' ? plainAmount(value) : value]] : [];
    });
    onConfirm(Object.fromEntries(fields) as DealPatch);
  };
  const field = (need: StageNeed, first: boolean) => {
    const label = t(`deals.field.${need}`);
    const common = {
      label: mustHave(need) ? label : <OptionalLabel>{label}</OptionalLabel>,
      error: problems[need],
      value: values[need] ?? '',
      'data-autofocus': first || undefined,
    };
    if (need === 'client_id' || need === 'contact_id')
      return (
        <RecordPicker
          key={need}
          type={need === 'client_id' ? 'client' : 'contact'}
          label={label}
          error={problems[need]}
          value={names[need] ?? null}
          onPick={(picked) => {
            setNames((n) => ({ ...n, [need]: picked }));
            set(need, picked?.id ?? '');
          }}
        />
      );
    if (need === 'lost_reason' || need === 'next_steps')
      return (
        <Textarea
          key={need}
          {...common}
          autosize
          minRows={2}
          maxRows={5}
          maxLength={need === 'lost_reason' ? 200 : 2000}
          dir="auto"
          onChange={(e) => set(need, e.currentTarget.value)}
        />
      );
    return (
      <TextInput
        key={need}
        {...common}
        type={need === 'expected_close_date' ? 'date' : 'text'}
        inputMode={need === 'amount' ? 'decimal' : undefined}
        rightSection={need === 'amount' ? <span className="dim">{deal.currency}</span> : undefined}
        rightSectionWidth={52}
        dir="ltr"
        onChange={(e) => set(need, e.currentTarget.value)}
      />
    );
  };
  return (
    <ConfirmDialog
      opened
      title={t('deals.moveTitle', { name: deal.name, stage: stage.label })}
      text={reopens ? t('deals.reopenText', { stage: deal.stage_label }) : undefined}
      confirm={t(reopens ? 'deals.reopen' : 'deals.move')}
      busy={busy}
      onClose={onClose}
      onConfirm={confirm}
    >
      <Stack gap="md" mt={reopens && needs.length ? 'md' : 0}>
        {needs.map((need, i) => field(need, i === 0))}
      </Stack>
    </ConfirmDialog>
  );
}
