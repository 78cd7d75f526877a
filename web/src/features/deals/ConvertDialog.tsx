import { Group, Select, Stack, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Deal } from '@/api/sales';
import { ConfirmDialog, errorText, Notice, OptionalLabel, toast } from '@/components';
import { usePipelines } from '@/data/pipelines';
import { pickErrors } from '@/lib/forms';
import { useCan } from '@/session/session';
import { useConvertOpportunity } from './query';
import { isAmount, plainAmount } from './values';

/** An opportunity becomes a deal once; what it holds goes along. */
export function ConvertDialog({ opportunity, onClose }: { opportunity: Deal; onClose: () => void }) {
  const { t } = useTranslation();
  const can = useCan();
  const navigate = useNavigate();
  const pipelines = usePipelines();
  const convert = useConvertOpportunity();
  const [name, setName] = useState(opportunity.name);
  const [amount, setAmount] = useState(opportunity.amount ?? '');
  const [pipeline, setPipeline] = useState(opportunity.pipeline);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const open = (id: string) => {
    onClose();
    if (can('deals.read')) void navigate({ to: `/deals/${id}` });
  };
  const confirm = () => {
    const found: Record<string, string> = {};
    if (!name.trim()) found.name = t('deals.need.name');
    if (amount.trim() && !isAmount(amount)) found.amount = t('deals.need.amount');
    setErrors(found);
    if (Object.keys(found).length) return;
    convert.mutate(
      {
        id: opportunity.id,
        name: name.trim(),
        pipeline,
        ...(amount.trim() ? { amount: plainAmount(amount) } : {}),
      },
      {
        onSuccess: ({ deal_id }) => {
          toast.done(t('deals.converted', { name: name.trim() }));
          open(deal_id);
        },
        onError: (e) => {
          const there = isApiError(e) && e.code === 'already_converted' && e.data.deal_id;
          if (there) open(String(there));
          else setErrors(isApiError(e) ? pickErrors(e.fields, ['name', 'amount', 'pipeline']) : {});
        },
      },
    );
  };
  return (
    <ConfirmDialog
      opened
      title={t('deals.convertTitle', { name: opportunity.name })}
      text={t('deals.convertText')}
      confirm={t('deals.toDeal')}
      busy={convert.isPending}
      onClose={onClose}
      onConfirm={confirm}
    >
      <Stack gap="md" mt="md">
        <TextInput
          label={t('deals.field.name')}
          dir="auto"
          data-autofocus
          value={name}
          error={errors.name}
          onChange={(e) => setName(e.currentTarget.value)}
        />
        <Group grow gap="md" align="start" wrap="nowrap">
          <TextInput
            label={<OptionalLabel>{t('deals.field.amount')}</OptionalLabel>}
            inputMode="decimal"
            dir="ltr"
            rightSection={<span className="dim">{opportunity.currency}</span>}
            rightSectionWidth={52}
            value={amount}
            error={errors.amount}
            onChange={(e) => setAmount(e.currentTarget.value)}
          />
          <Select
            label={t('deals.field.pipeline')}
            data={pipelines.options}
            allowDeselect={false}
            value={pipeline}
            error={errors.pipeline}
            onChange={(v) => setPipeline(v ?? pipeline)}
          />
        </Group>
        {convert.isError && !Object.keys(errors).length && (
          <Notice tone="neg">{errorText(convert.error)}</Notice>
        )}
      </Stack>
    </ConfirmDialog>
  );
}
