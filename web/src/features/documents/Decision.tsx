import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ClientDocument, DocumentPatch } from '@/api/types';
import { errorText, Kbd, Notice, toast } from '@/components';
import { PickMenu } from '@/components/PickMenu';
import { shortcutAllowed } from '@/lib/keys';
import c from './documents.module.css';
import { useDecide } from './query';
import { REASONS } from './standing';
import { useDocumentWords } from './words';

type Props = {
  document: ClientDocument;
  /** A approves and R rejects. */
  keys?: boolean;
  onDecided?: (fresh: ClientDocument) => void;
};

/** Approve with the day it expires, or reject with a reason. Either can be taken back from the toast. */
export function Decision({ document, keys, onDecided }: Props) {
  const { t } = useTranslation();
  const words = useDocumentWords();
  const decide = useDecide();
  const [day, setDay] = useState(document.expires_at ?? '');
  const [needDay, setNeedDay] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [reasons, setReasons] = useState<DOMRect | null>(null);
  const [own, setOwn] = useState<string | null>(null);
  const dayField = useRef<HTMLInputElement>(null);
  const rejectButton = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another document, another decision
  useEffect(() => {
    setDay(document.expires_at ?? '');
    setNeedDay(false);
    setFailure(null);
  }, [document.id]);

  const send = (patch: DocumentPatch) => {
    setFailure(null);
    decide.mutate(
      { document, patch },
      {
        onError: setFailure,
        onSuccess: (fresh) => {
          onDecided?.(fresh);
          const message = t(`documents.did.${fresh.status}`, {
            document: fresh.type_label,
            client: fresh.client_name,
          });
          if (fresh.status === document.status) return toast.done(t('documents.saved'));
          const back: DocumentPatch =
            document.status === 'rejected'
              ? { status: 'rejected', reason: document.reason }
              : { status: document.status === 'expired' ? 'rejected' : document.status };
          // what has expired can't be made so again
          if (document.status === 'expired') return toast.done(message);
          toast.undo(message, () =>
            decide.mutate({ document: fresh, patch: back }, { onError: (e) => toast.failure(e) }),
          );
        },
      },
    );
  };
  const approve = () => {
    if (decide.isPending || document.status === 'approved') return;
    if (document.expires && !day) {
      setNeedDay(true);
      dayField.current?.focus();
      return;
    }
    send({ status: 'approved', ...(day ? { expires_at: day } : {}) });
  };
  const reject = () => {
    const at = rejectButton.current?.getBoundingClientRect();
    if (!decide.isPending && at && document.status !== 'rejected') setReasons(at);
  };
  const latest = useRef({ approve, reject });
  latest.current = { approve, reject };
  useEffect(() => {
    if (!keys) return;
    const onKey = (e: KeyboardEvent) => {
      if (!shortcutAllowed(e)) return;
      const key = e.key.toLowerCase();
      if (key !== 'a' && key !== 'r') return;
      e.preventDefault();
      if (key === 'a') latest.current.approve();
      else latest.current.reject();
    };
    window.document.addEventListener('keydown', onKey);
    return () => window.document.removeEventListener('keydown', onKey);
  }, [keys]);

  if (document.scan === 'infected' || document.status === 'scanning') return null;
  return (
    <div className={c.decision}>
      {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
      <form
        className={c.decisionRow}
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          approve();
        }}
      >
        {document.expires && (
          <TextInput
            ref={dayField}
            type="date"
            size="xs"
            className={c.day}
            label={t('documents.expiryDate')}
            value={day}
            error={needDay ? t('documents.needExpiry') : undefined}
            onChange={(e) => {
              setDay(e.currentTarget.value);
              setNeedDay(false);
            }}
            onKeyDown={(e) => {
              if (e.key === 'Escape') e.currentTarget.blur();
            }}
          />
        )}
        {document.status === 'approved' ? (
          document.expires && (
            <Button
              variant="default"
              type="button"
              disabled={!day || day === document.expires_at}
              loading={decide.isPending}
              onClick={() => send({ expires_at: day })}
            >
              {t('documents.saveDate')}
            </Button>
          )
        ) : (
          <Button
            type="submit"
            loading={decide.isPending}
            leftSection={<IconCheck size={15} aria-hidden />}
            rightSection={keys && <Kbd>A</Kbd>}
          >
            {t('documents.approve')}
          </Button>
        )}
        {document.status !== 'rejected' && (
          <Button
            ref={rejectButton}
            type="button"
            variant="default"
            c="var(--neg)"
            disabled={decide.isPending}
            aria-haspopup="listbox"
            leftSection={<IconX size={15} aria-hidden />}
            rightSection={keys && <Kbd>R</Kbd>}
            onClick={reject}
          >
            {t('documents.reject')}
          </Button>
        )}
      </form>
      {reasons && (
        <PickMenu
          anchor={reasons}
          label={t('documents.whyReject')}
          options={[...REASONS, 'other'].map((value) => ({
            value,
            label: value === 'other' ? t('documents.otherReason') : words.reason(value),
          }))}
          onPick={(value) => (value === 'other' ? setOwn('') : send({ status: 'rejected', reason: value }))}
          onClose={() => setReasons(null)}
        />
      )}
      <Modal
        opened={own !== null}
        onClose={() => setOwn(null)}
        title={t('documents.whyReject')}
        size={440}
        closeButtonProps={{ 'aria-label': t('components.close') }}
      >
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (!own?.trim()) return;
            send({ status: 'rejected', reason: own.trim() });
            setOwn(null);
          }}
        >
          <Textarea
            label={t('documents.reasonLabel')}
            description={t('documents.reasonHelp')}
            data-autofocus
            autosize
            minRows={3}
            maxLength={500}
            value={own ?? ''}
            onChange={(e) => setOwn(e.currentTarget.value)}
          />
          <div className={c.modalFoot}>
            <Button variant="default" onClick={() => setOwn(null)}>
              {t('components.cancel')}
            </Button>
            <Button type="submit" color="red.8" disabled={!own?.trim()}>
              {t('documents.reject')}
            </Button>
          </div>
        </form>
      </Modal>
    </div>
  );
}
