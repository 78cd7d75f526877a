import { Button, Group, Modal, Radio, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Notice } from '../Notice';
import { errorText } from '../toast';
import { LONGEST, PURPOSES, type Purpose, purposeText, SHORTEST } from './purpose';
import c from './reveal.module.css';
import { useKnownQuota } from './useReveal';

type Props = {
  opened: boolean;
  label: string;
  busy: boolean;
  failure: unknown;
  onClose: () => void;
  onReveal: (purpose: string) => void;
};

/** Nobody sees a hidden value without saying why. */
export function RevealDialog({ opened, label, busy, failure, onClose, onReveal }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const quota = useKnownQuota();
  const [purpose, setPurpose] = useState<Purpose>('call');
  const [own, setOwn] = useState('');
  const [short, setShort] = useState(false);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    // the dialog stands above a record's form in the tree of the page
    e.stopPropagation();
    const text = purposeText(purpose, own);
    setShort(text === null);
    if (text !== null) onReveal(text);
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size={400}
      title={t('reveal.title', { field: label })}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form onSubmit={submit} className={c.form} noValidate>
        <p className={c.intro}>{t('reveal.intro')}</p>
        {failure ? <Notice tone="neg">{errorText(failure)}</Notice> : null}
        <Radio.Group
          label={t('reveal.purpose')}
          size="sm"
          value={purpose}
          onChange={(v) => {
            setPurpose(v as Purpose);
            setShort(false);
          }}
        >
          <div className={c.choices}>
            {PURPOSES.map((value, i) => (
              <Radio
                key={value}
                size="xs"
                value={value}
                label={t(`reveal.why.${value}`)}
                data-autofocus={i === 0 || undefined}
              />
            ))}
          </div>
        </Radio.Group>
        {purpose === 'other' && (
          <TextInput
            label={t('reveal.own')}
            value={own}
            maxLength={LONGEST}
            autoComplete="off"
            error={short ? t('reveal.ownShort', { count: SHORTEST }) : undefined}
            onChange={(e) => {
              setOwn(e.currentTarget.value);
              setShort(false);
            }}
          />
        )}
        <p className={c.quota}>
          {quota
            ? t('reveal.left', {
                count: Math.max(0, quota.limit - quota.used),
                n: f.int(Math.max(0, quota.limit - quota.used)),
                limit: f.int(quota.limit),
              })
            : t('reveal.counted')}
        </p>
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('reveal.show')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
