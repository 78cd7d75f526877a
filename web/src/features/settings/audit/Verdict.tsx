import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ChainCheck, SavedHead } from '@/api/types';
import { useFormat } from '@/app/ui';
import { CopyButton, Ltr, Notice } from '@/components';
import a from './audit.module.css';
import { type HeadProblem, placeOf, shortHash } from './head';

type Props = {
  verdict?: ChainCheck;
  /** The saved head it was checked against. */
  expected?: SavedHead;
  wrongFile: HeadProblem | null;
  onClose: () => void;
};

export function Verdict({ verdict, expected, wrongFile, onClose }: Props) {
  const { t } = useTranslation();
  return (
    <div className={a.verdict} data-testid="verdict">
      <Notice tone={verdict?.ok ? 'pos' : 'neg'}>
        {verdict ? <Found verdict={verdict} expected={expected} /> : t(`audit.wrongFile.${wrongFile}`)}
      </Notice>
      <ActionIcon size={28} aria-label={t('components.close')} onClick={onClose}>
        <IconX size={15} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function Found({ verdict, expected }: { verdict: ChainCheck; expected?: SavedHead }) {
  const { t } = useTranslation();
  const f = useFormat();
  const place = placeOf(verdict.first_bad);
  if (!verdict.ok)
    return (
      <>
        <b>{place ? t('audit.brokenAt', { at: place }) : t('audit.broken')}</b>
        {verdict.first_bad != null && (
          <p dir="auto">
            <bdi>{verdict.first_bad}</bdi>
          </p>
        )}
        {expected && <p>{t('audit.expected', { n: f.int(expected.entries) })}</p>}
      </>
    );
  return (
    <span className={a.found}>
      <b>{t('audit.intact', { count: verdict.entries, n: f.int(verdict.entries) })}</b>
      {expected && <span>{t('audit.fits', { n: f.int(expected.entries) })}</span>}
      {verdict.head && (
        <>
          <span>
            {t('audit.head')} <Ltr>{shortHash(verdict.head)}</Ltr>
          </span>
          <CopyButton value={verdict.head} label={t('audit.copyHead')} />
        </>
      )}
    </span>
  );
}
