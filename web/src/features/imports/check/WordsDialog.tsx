import { Button, Group, Modal } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { Notice } from '@/components';
import { useCountryOptions } from '@/data/countries';
import { useOwnerOptions, usePartnerOptions } from '@/data/lookups';
import { WordMap } from '../map/WordMap';
import { bodyOf, mean, startDraft } from '../mapping';
import { useCheck } from '../query';
import type { Import } from '../types';
import { useImportErrors, useImportWords } from '../words';

type Props = { file: Import; column: string; words: string[]; onClose: () => void };

/** Gives words that nobody knows a meaning, for the whole file at once, and looks through it again. */
export function WordsDialog({ file, column, words, onClose }: Props) {
  const { t } = useTranslation();
  const say = useImportErrors();
  const check = useCheck(file.id);
  const start = useMemo(() => startDraft(file), [file]);
  const [draft, setDraft] = useState(start);
  const countries = useCountryOptions();
  const people = useOwnerOptions();
  const partners = usePartnerOptions();
  const field = useImportWords()
    .fields(file)
    .find((f) => f.key === draft.fields[column]);
  const options =
    field?.type === 'country'
      ? countries
      : field?.type === 'user'
        ? people
        : field?.type === 'partner'
          ? partners
          : (field?.options ?? []).map((o) => ({ value: o.key, label: o.label }));
  const save = () =>
    check.mutate(bodyOf(draft, file.columns ?? []), {
      onSuccess: onClose,
    });
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('imports.check.meanings')}
      size={520}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {check.isError && isApiError(check.error) && <Notice tone="neg">{say(check.error)}</Notice>}
      <WordMap
        column={column}
        words={words}
        meanings={draft.values[column] ?? {}}
        options={options.map(({ value, label }) => ({ value, label }))}
        onMean={(word, meaning) => setDraft((d) => mean(d, column, word, meaning))}
      />
      <Group justify="flex-end" gap="sm" mt="lg">
        <Button variant="default" onClick={onClose}>
          {t('components.cancel')}
        </Button>
        <Button loading={check.isPending} disabled={draft === start} onClick={save}>
          {t('imports.check.again')}
        </Button>
      </Group>
    </Modal>
  );
}
