import { Button } from '@mantine/core';
import { IconDownload, IconLanguage } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { toast } from '@/components';
import { FindBox } from '@/components/list';
import { CURED_BY_WORDS, groupKey, mergeGroups, strangeWords } from '../faults';
import c from '../imports.module.css';
import { download, usePreview, useRows } from '../query';
import { isOpenYet } from '../steps';
import type { ErrorGroup, Import, Preview } from '../types';
import { useImportWords } from '../words';
import k from './check.module.css';
import { ErrorTable } from './ErrorTable';
import { WordsDialog } from './WordsDialog';

/** The rows that can't be taken in: which kinds of fault there are, every one of them, and the file to mend. */
export function ErrorPanel({ file, preview }: { file: Import; preview?: Preview }) {
  const { t } = useTranslation();
  const f = useFormat();
  const qc = useQueryClient();
  const words = useImportWords();
  const [only, setOnly] = useState<string | null>(null);
  const [loading, setLoading] = useState(false);
  const [meaning, setMeaning] = useState<ErrorGroup | null>(null);
  const [find, setFind] = useState('');
  // what was counted when the file was looked through; after the import it still says what was left out
  const counted = usePreview(file.id, !preview);
  const groups = useMemo(
    () => mergeGroups((preview ?? counted.data)?.error_groups ?? []),
    [preview, counted.data],
  );
  const group = groups.find((g) => groupKey(g) === only);
  const fixable = isOpenYet(file);
  const cured = fixable && group !== undefined && CURED_BY_WORDS.includes(group.code);
  const same = useMemo(() => (group ? { column: group.column, code: group.code } : undefined), [group]);
  const { rows } = useRows(file.id, 'invalid', cured, same);
  const strange =
    cured && group
      ? strangeWords(
          rows.flatMap((r) => r.errors),
          group.column,
          group.code,
        )
      : [];
  const save = async () => {
    setLoading(true);
    try {
      const name = file.filename.replace(/\.[^.]+$/, '');
      await download(`/imports/${file.id}/errors.csv`, t('imports.check.errorFile', { name }));
    } catch (error) {
      toast.failure(error);
    } finally {
      setLoading(false);
    }
  };
  return (
    <div className={c.panel}>
      <div className={c.bar}>
        <div className={k.groups} role="group" aria-label={t('imports.check.kinds')}>
          {groups.slice(0, 12).map((g) => {
            const key = groupKey(g);
            return (
              <button
                key={key}
                type="button"
                className={k.group}
                aria-pressed={only === key}
                onClick={() => setOnly(only === key ? null : key)}
              >
                <bdi>{g.column}</bdi>
                <span className={k.groupWhat}>{words.fault(g)}</span>
                <span className={k.groupCount}>{f.int(g.count)}</span>
              </button>
            );
          })}
        </div>
        <FindBox value={find} onChange={setFind} label={t('imports.check.find')} />
        {group && strange.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconLanguage size={14} aria-hidden />}
            onClick={() => setMeaning(group)}
          >
            {t('imports.check.giveMeaning', { count: strange.length, n: f.int(strange.length) })}
          </Button>
        )}
        <Button
          variant="default"
          leftSection={<IconDownload size={14} aria-hidden />}
          loading={loading}
          onClick={() => void save()}
        >
          {t('imports.check.download')}
        </Button>
      </div>
      <ErrorTable file={file} group={group} find={find} fixable={fixable} />
      {meaning && (
        <WordsDialog
          file={file}
          column={meaning.column}
          words={strange}
          onClose={() => {
            setMeaning(null);
            setOnly(null);
            void qc.invalidateQueries({ queryKey: ['import-rows', file.id] });
          }}
        />
      )}
    </div>
  );
}
