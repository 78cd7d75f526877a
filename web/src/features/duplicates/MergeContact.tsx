import { Button, Group, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Contact } from '@/api/sales';
import { RecordPicker } from '@/components/explain/RecordPicker';
import { contactQuery } from '../contacts/query';
import c from './duplicates.module.css';
import { MergeDialog } from './MergeDialog';
import { useDuplicateWords } from './words';

type Props = { contact: Contact; onClose: () => void };

/** Who else it is, and then which values stay. */
export function MergeContact({ contact, onClose }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const words = useDuplicateWords('contacts');
  const [picked, setPicked] = useState<{ id: string; label: string } | null>(null);
  const [sure, setSure] = useState(false);
  const other = useQuery({ ...contactQuery(picked?.id ?? ''), enabled: Boolean(picked) });
  const same = picked?.id === contact.id;
  if (sure && other.data)
    return (
      <MergeDialog
        kind="contacts"
        a={contact}
        b={other.data}
        onClose={onClose}
        onMerged={(keep) =>
          keep === contact.id ? undefined : navigate({ to: `/contacts/${keep}`, replace: true })
        }
      />
    );
  return (
    <Modal
      opened
      onClose={onClose}
      size={460}
      title={words.say('pickTitle', { name: contact.name })}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (other.data && !same) setSure(true);
        }}
      >
        <p className={c.intro}>{words.say('pickText')}</p>
        <RecordPicker
          type="contact"
          label={words.say('pick')}
          value={picked}
          onPick={setPicked}
          error={same ? words.say('pickSame') : other.isError ? words.problem(other.error) : undefined}
        />
        <Group justify="flex-end" gap="sm" mt="lg">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" disabled={!picked || same || other.isError} loading={other.isLoading}>
            {words.say('compare')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
