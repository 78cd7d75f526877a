import { Button } from '@mantine/core';
import { IconDownload, IconPrinter } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat, useUi } from '@/app/ui';
import { CopyButton, Notice } from '@/components';
import { codesFile, fileName, saveText } from './codes';
import c from './twofactor.module.css';

type Props = { codes: string[]; email: string; onDone: () => void };

/** Shown once: the server keeps only what it needs to recognise them. */
export function RecoveryCodes({ codes, email, onDone }: Props) {
  const { t } = useTranslation();
  const f = useFormat();
  const { branding } = useUi();
  const text = () =>
    codesFile(
      codes,
      { company: branding.name, email },
      {
        title: t('account.codes.title'),
        note: t('account.codes.note'),
        day: f.date(new Date().toISOString()),
      },
    );
  return (
    <div className={c.step}>
      <Notice tone="warn">{t('account.codes.once')}</Notice>
      <div className={c.print}>
        <p className={c.printHead}>
          <b>{t('account.codes.title')}</b>
          <br />
          <bdi>{branding.name}</bdi> · <bdi>{email}</bdi>
        </p>
        <ul className={c.codes} aria-label={t('account.codes.title')}>
          {codes.map((code) => (
            <li key={code} dir="ltr">
              {code}
            </li>
          ))}
        </ul>
      </div>
      <div className={c.tools}>
        <CopyButton value={codes.join('\n')} label={t('account.codes.copy')} />
        <Button
          variant="subtle"
          color="gray"
          className={c.tool}
          leftSection={<IconDownload size={14} aria-hidden />}
          onClick={() => saveText(fileName(branding.name), text())}
        >
          {t('account.codes.download')}
        </Button>
        <Button
          variant="subtle"
          color="gray"
          className={c.tool}
          leftSection={<IconPrinter size={14} aria-hidden />}
          onClick={() => window.print()}
        >
          {t('account.codes.print')}
        </Button>
      </div>
      <Button size="sm" fullWidth onClick={onDone} data-autofocus>
        {t('account.codes.done')}
      </Button>
    </div>
  );
}
