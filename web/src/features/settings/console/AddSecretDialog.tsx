import { Button, Group, Modal, PasswordInput, SegmentedControl, TextInput } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton, Notice } from '@/components';
import { focusFirstInvalid } from '@/lib/forms';
import shared from '../settings.module.css';
import c from './console.module.css';
import type { NewSecret } from './draft';
import { freshId, hasEdges, idProblem, MOST, makeSecret, SHORTEST, secretProblem } from './secret';

type Props = {
  opened: boolean;
  taken: string[];
  onClose: () => void;
  onAdd: (secret: NewSecret) => void;
};

/** A secret is made here, and can be read here only; or it is one that the console has already. */
export function AddSecretDialog({ opened, taken, onClose, onAdd }: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('console.add')}
      size={520}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      {opened && <Fields taken={taken} onClose={onClose} onAdd={onAdd} />}
    </Modal>
  );
}

function Fields({ taken, onClose, onAdd }: Omit<Props, 'opened'>) {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const [way, setWay] = useState<'make' | 'paste'>('make');
  const [made, setMade] = useState(makeSecret);
  const [pasted, setPasted] = useState('');
  const [id, setId] = useState(() => freshId(taken));
  const [tried, setTried] = useState(false);
  const secret = way === 'make' ? made : pasted;
  const wrongId = idProblem(id.trim(), taken);
  const wrong = way === 'paste' ? secretProblem(pasted) : null;

  const submit = (e: FormEvent) => {
    e.preventDefault();
    setTried(true);
    if (wrongId || wrong) return focusFirstInvalid(form.current ?? document);
    onAdd({ id: id.trim(), secret, active: true });
  };
  return (
    <form ref={form} className={c.dialog} onSubmit={submit} noValidate>
      <SegmentedControl
        fullWidth
        classNames={{ root: shared.segments }}
        aria-label={t('console.way')}
        data={[
          { value: 'make', label: t('console.make') },
          { value: 'paste', label: t('console.paste') },
        ]}
        value={way}
        onChange={(v) => {
          setWay(v as 'make' | 'paste');
          setTried(false);
        }}
      />
      {way === 'make' ? (
        <>
          <Notice tone="warn">{t('console.once')}</Notice>
          <div className={c.secret}>
            <code dir="ltr" data-testid="console-secret">
              {made}
            </code>
            <CopyButton value={made} label={t('console.copySecret')} />
          </div>
          <div>
            <Button
              variant="subtle"
              size="compact-sm"
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={() => setMade(makeSecret())}
            >
              {t('console.another')}
            </Button>
          </div>
        </>
      ) : (
        <>
          <PasswordInput
            label={t('console.secret')}
            description={t('console.secretHelp')}
            autoComplete="off"
            value={pasted}
            error={tried && wrong ? t(`console.problem.${wrong}`, { count: SHORTEST }) : null}
            onChange={(e) => setPasted(e.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('components.showPassword') }}
            data-autofocus
          />
          {hasEdges(pasted) && <Notice tone="warn">{t('console.edges')}</Notice>}
        </>
      )}
      <TextInput
        label={t('console.id')}
        description={t('console.idHelp')}
        classNames={{ input: c.ltr }}
        autoComplete="off"
        spellCheck={false}
        maxLength={40}
        value={id}
        error={(tried || id !== '') && wrongId ? t(`console.problem.${wrongId}`, { count: MOST }) : null}
        onChange={(e) => setId(e.currentTarget.value)}
      />
      <Group justify="flex-end" gap="sm">
        <Button variant="default" onClick={onClose}>
          {t('components.cancel')}
        </Button>
        <Button type="submit">{t(way === 'make' ? 'console.copied' : 'console.take')}</Button>
      </Group>
    </form>
  );
}
