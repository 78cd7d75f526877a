import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import c from '../imports.module.css';
import { AUTO, fromMapping } from '../mapping';
import { type Import, isPeople } from '../types';
import { useImportWords } from '../words';
import r from './run.module.css';

/** How the file was read and where its columns went: nothing here is changed any more. */
export function MappingView({ file }: { file: Import }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useImportWords();
  const draft = fromMapping(file, file.mapping ?? {});
  const nameOf = (key: string) => {
    const field = (file.fields ?? []).find((x) => x.key === key);
    return field ? words.field(field) : key;
  };
  const rules = [
    [t('imports.rules.then'), t(`imports.rules.rule.${file.duplicates_rule}`)],
    ...(isPeople(file.entity)
      ? [[t('imports.rules.same'), t(`imports.rules.match.${draft.match.join('_')}`)]]
      : []),
    ...(file.duplicates_rule === 'update'
      ? [[t('imports.rules.which'), t(`imports.rules.update.${draft.update}`)]]
      : []),
    ...(draft.dateFormat === AUTO ? [] : [[t('imports.map.dateFormat'), draft.dateFormat]]),
    ...(!draft.numberFormat || draft.numberFormat === AUTO
      ? []
      : [[t('imports.map.numberFormat'), draft.numberFormat]]),
    ...(draft.country ? [[t('imports.map.country'), f.country(draft.country)]] : []),
    ...(file.entity === 'users'
      ? [[t('imports.rules.invite'), t(draft.invite ? 'components.yes' : 'components.no')]]
      : []),
    ...(draft.name ? [[t('imports.map.name'), draft.name]] : []),
  ] as [string, string][];
  return (
    <section className={c.body} aria-label={t('imports.rows.mapping')} tabIndex={0}>
      <div className={c.narrow}>
        <section className={c.section} aria-label={t('imports.map.columns')}>
          <ul className={r.mapped}>
            {(file.columns ?? []).map(({ name }) => {
              const key = draft.fields[name];
              return (
                <li key={name} data-out={!key || undefined}>
                  <span>
                    <bdi>{name}</bdi>
                  </span>
                  <IconArrowRight size={14} className="flip" aria-hidden />
                  <span dir="auto">{key ? nameOf(key) : t('imports.map.leftOut')}</span>
                  {Object.entries(draft.values[name] ?? {}).map(([word, meaning]) => (
                    <small key={word}>
                      <bdi>{word}</bdi> = <bdi>{meaning}</bdi>
                    </small>
                  ))}
                </li>
              );
            })}
          </ul>
        </section>
        <section
          className={c.section}
          aria-label={t(isPeople(file.entity) ? 'imports.rules.title' : 'imports.rules.titleThings')}
        >
          <dl className={c.facts}>
            {rules.map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
            {Object.entries(draft.defaults).map(([key, value]) => (
              <div key={key}>
                <dt>{t('imports.map.always', { field: nameOf(key) })}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </section>
  );
}
