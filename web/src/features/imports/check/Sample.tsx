import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Dash } from '@/components';
import type { Import, Preview } from '../types';
import { useImportWords } from '../words';
import k from './check.module.css';

/** The first rows as they would be stored. */
export function Sample({ file, preview }: { file: Import; preview: Preview }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useImportWords();
  const used = new Set(preview.sample.flatMap((s) => Object.keys(s.values)));
  const fields = (file.fields ?? []).filter((x) => used.has(x.key));
  return (
    <section className={k.tableWrap} aria-label={t('imports.check.sample')} tabIndex={0}>
      <table className={k.table}>
        <thead>
          <tr>
            <th scope="col">{t('imports.check.row')}</th>
            {fields.map((x) => (
              <th key={x.key} scope="col">
                {words.field(x)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.sample.map((s) => (
            <tr key={s.row}>
              <th scope="row" className="num">
                {f.int(s.row)}
              </th>
              {fields.map((x) => (
                <td key={x.key}>{s.values[x.key] ? <bdi>{s.values[x.key]}</bdi> : <Dash />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
