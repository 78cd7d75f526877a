import { TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import type { Pipeline, StageIn } from '@/api/sales';
import { errorText, FormDrawer, Notice, toast } from '@/components';
import { pickErrors } from '@/lib/forms';
import { useCreatePipeline, useUpdatePipeline } from './query';

type Props = { pipeline?: Pipeline; onClose: () => void; onDone: (made: Pipeline) => void };

/** The name; a new pipeline begins with a way that can be redrawn. */
export function PipelineDrawer({ pipeline, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const create = useCreatePipeline();
  const update = useUpdatePipeline();
  const [name, setName] = useState(pipeline?.name ?? '');
  const [error, setError] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const start = (key: string, hue: string, probability: number, outcome: StageIn['outcome'] = 'none') => ({
    label: t(`pipelines.start.${key}`),
    hue,
    probability,
    outcome,
    transitions: null,
    required: [],
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const text = name.trim();
    if (!text) return setError(t('pipelines.needName'));
    setFailure(null);
    const done = {
      onError: (problem: unknown) => {
        const found = isApiError(problem) ? pickErrors(problem.fields, ['name']).name : undefined;
        if (found) setError(found);
        else setFailure(problem);
      },
      onSuccess: (made: Pipeline) => {
        toast.done(t('pipelines.saved', { name: text }));
        onClose();
        onDone(made);
      },
    };
    if (pipeline) return update.mutate({ key: pipeline.key, patch: { name: text } }, done);
    create.mutate(
      {
        name: text,
        stages: [
          start('open', 'blue', 10),
          start('offer', 'amber', 50),
          start('won', 'green', 100, 'won'),
          start('lost', 'red', 0, 'lost'),
        ],
      },
      done,
    );
  };
  return (
    <FormDrawer
      opened
      title={pipeline ? t('pipelines.rename') : t('pipelines.add')}
      submit={pipeline ? t('components.save') : t('pipelines.create')}
      busy={create.isPending || update.isPending}
      onClose={onClose}
      onSubmit={submit}
    >
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <TextInput
        label={t('pipelines.name')}
        description={pipeline ? undefined : t('pipelines.nameHelp')}
        dir="auto"
        data-autofocus
        autoComplete="off"
        value={name}
        error={error}
        onChange={(e) => {
          setName(e.currentTarget.value);
          setError(null);
        }}
      />
    </FormDrawer>
  );
}
