import { Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components';
import c from '../imports.module.css';
import { NEW_TYPES, type NewType } from '../types';

type Props = {
  column: string;
  start: { label: string; type: NewType };
  onDone: (field: { label: string; type: NewType }) => void;
  onClose: () => void;
};

/** A field that the CRM does not have yet is made on the way: it is there for every record afterwards. */
export function NewFieldDialog({ column, start, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const [label, setLabel] = useState(start.label);
  const [type, setType] = useState<NewType>(start.type);
  const [tried, setTried] = useState(false);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (label.trim()) onDone({ label: label.trim(), type });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('imports.map.makeFor', { column })}
      size={440}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form onSubmit={submit} className={c.form} noValidate>
        <TextInput
          label={t('imports.map.fieldName')}
          data-autofocus
          autoComplete="off"
          value={label}
          onChange={(e) => setLabel(e.currentTarget.value)}
          error={tried && !label.trim() ? t('imports.map.needName') : undefined}
        />
        <Select
          label={t('imports.map.fieldType')}
          allowDeselect={false}
          data={NEW_TYPES.map((value) => ({ value, label: t(`imports.type.${value}`) }))}
          value={type}
          onChange={(v) => v && setType(v as NewType)}
        />
        {type === 'choice' && <Notice>{t('imports.map.choicesFromFile')}</Notice>}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit">{t('imports.map.makeIt')}</Button>
        </Group>
      </form>
    </Modal>
  );
}

/** The kind of field that the values of a column suggest. */
export const typeFor = (kind: string): NewType =>
  kind === 'number' || kind === 'date' ? kind : kind === 'url' ? 'url' : 'text';
