import { Button, Select, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toast } from '@/components';
import c from './activities.module.css';
import { fromField, localField } from './fields';
import { useCreateActivity } from './query';
import { type Linked, RecordField } from './RecordField';
import { type ActivityType, type Parent, TYPES } from './types';
import { useClock } from './useClock';

type Props = {
  /** On a record's page: what is added belongs to it. */
  parent?: Parent;
  onMore: () => void;
};

/** A line to write down what is to do: what, until when, about whom; Enter adds it. */
export function QuickAdd({ parent, onMore }: Props) {
  const { t } = useTranslation();
  const clock = useClock();
  const create = useCreateActivity();
  const [type, setType] = useState<ActivityType>('task');
  const [subject, setSubject] = useState('');
  const [due, setDue] = useState('');
  const [linked, setLinked] = useState<Linked | null>(null);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const to = parent ?? linked;
    if (!subject.trim() || create.isPending) return;
    create.mutate(
      {
        type,
        subject: subject.trim(),
        due_at: fromField(due, clock.zone),
        ...(to ? { [`${to.kind}_id`]: to.id } : {}),
      },
      {
        onSuccess: () => {
          setSubject('');
          setDue('');
          setLinked(null);
        },
        onError: (error) => toast.failure(error),
      },
    );
  };
  return (
    <form className={c.quick} onSubmit={submit} aria-label={t('activities.add')} data-narrow={parent && true}>
      <Select
        size="xs"
        className={c.quickType}
        aria-label={t('activities.field.type')}
        data={TYPES.map((value) => ({ value, label: t(`activities.type.${value}`) }))}
        value={type}
        onChange={(v) => setType((v as ActivityType | null) ?? 'task')}
        allowDeselect={false}
      />
      <TextInput
        size="xs"
        className={c.quickSubject}
        aria-label={t('activities.field.subject')}
        placeholder={t('activities.quickHint')}
        value={subject}
        maxLength={200}
        autoComplete="off"
        dir="auto"
        onChange={(e) => setSubject(e.currentTarget.value)}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        className={c.quickDue}
        aria-label={t('activities.field.due_at')}
        min={localField(new Date(0), clock.zone)}
        value={due}
        onChange={(e) => setDue(e.currentTarget.value)}
      />
      {!parent && (
        <RecordField
          size="xs"
          className={c.quickRecord}
          hiddenLabel={t('activities.field.record')}
          value={linked}
          onChange={setLinked}
        />
      )}
      <Button
        type="submit"
        leftSection={<IconPlus size={14} />}
        loading={create.isPending}
        disabled={!subject.trim()}
      >
        {t('activities.addShort')}
      </Button>
      <Button variant="default" onClick={onMore}>
        {t('activities.more')}
      </Button>
    </form>
  );
}
