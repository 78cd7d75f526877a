import { Button, Group, Modal } from '@mantine/core';
import { IconArrowMerge, IconSwitchHorizontal } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Avatar, Notice, SkeletonLines } from '@/components';
import { arrow, type Choices, chosen, fieldsOf } from './choices';
import c from './duplicates.module.css';
import { JoinedValue } from './JoinedValue';
import { older } from './likeness';
import { mergePreviewQuery, refreshAll, useMerge } from './query';
import { Result } from './Result';
import type { Conflict, Joined, Merged, MergeKind, Which } from './types';
import { useMergeToast } from './useMergeToast';
import { useDuplicateWords } from './words';

type Party = { id: string; name: string; created_at: string };
type Props = {
  kind?: MergeKind;
  a: Party;
  b: Party;
  onClose: () => void;
  /** Before the lists are read again; `keep` is the one that stays. */
  onMerged?: (keep: string) => void | Promise<void>;
};

/** Which of two values stays, field by field, and what comes of it as the server says. */
export function MergeDialog({ kind = 'clients', a, b, onClose, onMerged }: Props) {
  const { t } = useTranslation();
  const words = useDuplicateWords(kind);
  const [[keep, drop], setOrder] = useState(() => older(a, b));
  const [choices, setChoices] = useState<Choices>({});
  const fields = fieldsOf(choices);
  const asked = { keep_id: keep.id, drop_id: drop.id, ...(fields && { fields }) };
  const preview = useQuery(mergePreviewQuery(kind, asked));
  const qc = useQueryClient();
  const merge = useMerge(kind);
  const tell = useMergeToast(kind);
  const form = useRef<HTMLFormElement>(null);
  // the answer to the order of before says nothing about this one
  const data = preview.data?.keep.id === keep.id ? preview.data : undefined;

  const focused = useRef(false);
  useEffect(() => {
    if (!data || focused.current) return;
    focused.current = true;
    const first = form.current?.querySelector<HTMLElement>('input:checked:enabled, button[type="submit"]');
    first?.focus({ preventScroll: true });
  }, [data]);

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (!data || merge.isPending) return;
    merge.mutate(
      { ...asked, keep_version: data.keep.version, drop_version: data.drop.version },
      {
        onSuccess: async (done) => {
          tell(done);
          await onMerged?.(done.record.id);
          onClose();
          // not before the page of the one that is gone has been left
          refreshAll(qc);
        },
        // it was somebody else's change: what stands here is looked at again
        onError: () => void preview.refetch(),
      },
    );
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size={920}
      title={words.say('mergeTitle')}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form
        ref={form}
        onSubmit={submit}
        // the key that opened this must not confirm it as well
        onKeyDown={(e) => e.key === 'Enter' && e.repeat && e.preventDefault()}
      >
        <p className={c.intro}>{words.say('mergeText', { drop: drop.name })}</p>
        {merge.isError && <Notice tone="neg">{words.problem(merge.error)}</Notice>}
        {preview.isError && !data && <Notice tone="neg">{words.problem(preview.error)}</Notice>}
        <div className={c.mergeGrid}>
          <div>
            <div className={c.parties}>
              <Button
                variant="default"
                size="compact-sm"
                leftSection={<IconSwitchHorizontal size={14} aria-hidden />}
                aria-label={t('duplicates.swapLabel')}
                onClick={() => {
                  setOrder([drop, keep]);
                  setChoices({});
                }}
              >
                {t('duplicates.swap')}
              </Button>
              <Person kind={kind} party={keep} caption={t('duplicates.keeps')} />
              <Person kind={kind} party={drop} caption={t('duplicates.goes')} />
            </div>
            {data ? (
              <Fields kind={kind} data={data} choices={choices} onChoose={setChoices} />
            ) : (
              !preview.isError && <SkeletonLines lines={6} gap={24} />
            )}
          </div>
          {data && <Result kind={kind} data={data} old={preview.isPlaceholderData} />}
        </div>
        <Group justify="flex-end" gap="sm" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button
            type="submit"
            loading={merge.isPending}
            disabled={!data}
            leftSection={<IconArrowMerge size={15} aria-hidden />}
          >
            {t('duplicates.merge')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function Person({ kind, party, caption }: { kind: MergeKind; party: Party; caption: string }) {
  const words = useDuplicateWords(kind);
  const f = useFormat();
  return (
    <div className={c.party}>
      <Avatar name={party.name} size={32} />
      <div>
        <p className={c.role}>{caption}</p>
        <p className={c.partyName}>
          <bdi>{party.name}</bdi>
        </p>
        <p className={c.role}>{words.say('since', { date: f.date(party.created_at) })}</p>
      </div>
    </div>
  );
}

type FieldsProps = {
  kind: MergeKind;
  data: Merged<Joined>;
  choices: Choices;
  onChoose: (next: Choices) => void;
};

/** Up and down lead from field to field, left and right from value to value. */
function Fields({ kind, data, choices, onChoose }: FieldsProps) {
  const { t } = useTranslation();
  const id = useId();
  const words = useDuplicateWords(kind);
  const box = useRef<HTMLDivElement>(null);
  const onKey = (e: KeyboardEvent) => {
    const go = arrow(e.key, document.documentElement.dir === 'rtl');
    const on = (e.target as HTMLElement).closest<HTMLElement>('[data-field]');
    if (!go || !on) return;
    e.preventDefault();
    const rows = [...(box.current?.querySelectorAll<HTMLElement>('[data-field]') ?? [])].filter((r) =>
      r.querySelector('input:enabled'),
    );
    const row = go.rows ? rows[rows.indexOf(on) + go.rows] : on;
    if (go.which) onChoose({ ...choices, [on.dataset.field as string]: go.which });
    row?.querySelector<HTMLElement>(go.which ? `input[value="${go.which}"]` : 'input:checked')?.focus();
  };
  if (!data.conflicts.length) return <p className={c.nothing}>{t('duplicates.noConflicts')}</p>;
  const option = (conflict: Conflict, which: Which) => (
    <label className={c.option}>
      <input
        type="radio"
        name={`${id}-${conflict.field}`}
        value={which}
        checked={chosen(conflict, choices) === which}
        disabled={!conflict.choosable}
        onChange={() => onChoose({ ...choices, [conflict.field]: which })}
      />
      <span className={c.optionText}>
        <JoinedValue kind={kind} record={data[which]} field={conflict.field} />
      </span>
    </label>
  );
  return (
    <div ref={box} className={c.fields} role="group" aria-label={t('duplicates.choose')} onKeyDown={onKey}>
      {data.conflicts.map((conflict) => (
        <div
          key={conflict.field}
          className={c.field}
          role="radiogroup"
          aria-labelledby={`${id}-${conflict.field}`}
          data-field={conflict.field}
        >
          <span id={`${id}-${conflict.field}`} className={c.fieldName}>
            {words.field(conflict.field)}
          </span>
          {option(conflict, 'keep')}
          {option(conflict, 'drop')}
        </div>
      ))}
    </div>
  );
}
