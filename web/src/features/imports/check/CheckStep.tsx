import { Button } from '@mantine/core';
import { IconDatabaseImport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { ErrorState, Notice, SkeletonLines } from '@/components';
import { useCan } from '@/session/session';
import { Footer } from '../Footer';
import c from '../imports.module.css';
import { Progress } from '../Progress';
import { workOf } from '../progress';
import { usePreview, useRate, useVerb } from '../query';
import { Tabs } from '../Tabs';
import { type Import, isPeople, mayCreate, type Preview } from '../types';
import { useImportErrors } from '../words';
import { Counts } from './Counts';
import k from './check.module.css';
import { ErrorPanel } from './ErrorPanel';
import { RowTable } from './RowTable';
import { Sample } from './Sample';

type Props = {
  file: Import;
  /** When `file` was read. */
  at: number;
  tab: string | undefined;
  onTab: (tab: string) => void;
  onBack: () => void;
};

/** What would come of it: the whole file, not its first rows. */
export function CheckStep({ file, at, tab, onTab, onBack }: Props) {
  const { t } = useTranslation();
  const looking = file.task === 'preview';
  const rate = useRate(file, at);
  const preview = usePreview(file.id, file.status === 'previewed' && !looking);
  if (looking)
    return (
      <div className={c.body}>
        <div className={c.narrow}>
          <section className={c.section} aria-label={t('imports.check.looking')}>
            <h3 className={c.heading}>{t('imports.check.looking')}</h3>
            <p className={c.lead}>{t('imports.run.goesOn')}</p>
            <Progress plain label={t('imports.check.looking')} rate={rate} counts={workOf(file)} />
          </section>
        </div>
      </div>
    );
  if (preview.isError) return <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />;
  if (!preview.data)
    return (
      <div className={c.body}>
        <div className={c.narrow}>
          <SkeletonLines lines={8} gap={22} />
        </div>
      </div>
    );
  return <Found file={file} preview={preview.data} tab={tab} onTab={onTab} onBack={onBack} />;
}

function Found({ file, preview, tab: asked, onTab, onBack }: Omit<Props, 'at'> & { preview: Preview }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const say = useImportErrors();
  const start = useVerb(file.id);
  const tabs = [
    { key: 'errors', label: t('imports.check.errors'), count: preview.invalid, tone: 'neg' as const },
    { key: 'duplicates', label: t('imports.check.duplicates'), count: preview.duplicates },
    { key: 'sample', label: t('imports.check.sample') },
  ];
  const first = preview.invalid ? 'errors' : preview.duplicates ? 'duplicates' : 'sample';
  const tab = tabs.some((x) => x.key === asked) ? (asked as string) : first;
  const mayStart = mayCreate(can, file.entity);
  return (
    <>
      <div className={k.full}>
        <Counts preview={preview} />
        {start.isError && isApiError(start.error) && (
          <div className={k.refused}>
            <Notice tone="neg">{say(start.error)}</Notice>
          </div>
        )}
        <Tabs tabs={tabs} tab={tab} label={t('imports.check.found')} onTab={onTab} />
        <div role="tabpanel" id="import-panel" aria-labelledby={`import-tab-${tab}`} className={c.panel}>
          {tab === 'errors' && <ErrorPanel file={file} preview={preview} />}
          {tab === 'duplicates' && (
            <RowTable
              file={file}
              state="duplicate"
              nothing={t(
                isPeople(file.entity) ? 'imports.check.noDuplicates' : 'imports.check.noDuplicateThings',
              )}
            />
          )}
          {tab === 'sample' && <Sample file={file} preview={preview} />}
        </div>
      </div>
      <Footer
        text={
          preview.valid
            ? t(`imports.check.will.${file.duplicates_rule}`, {
                count: preview.valid,
                n: f.int(preview.valid),
                duplicates: f.int(preview.duplicates),
                invalid: f.int(preview.invalid),
              })
            : t('imports.check.nothingValid')
        }
      >
        <Button variant="default" onClick={onBack}>
          {t('imports.check.back')}
        </Button>
        <Button
          leftSection={<IconDatabaseImport size={15} aria-hidden />}
          loading={start.isPending}
          disabled={!preview.valid || !mayStart}
          onClick={() => start.mutate('start')}
        >
          {t('imports.check.start')}
        </Button>
      </Footer>
    </>
  );
}
