import { Button, Select, TextInput } from '@mantine/core';
import { IconWand } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { useFormat } from '@/app/ui';
import { Kbd, Notice } from '@/components';
import type { PickOption } from '@/components/PickMenu';
import { useCountryOptions } from '@/data/countries';
import { fieldText } from '@/lib/forms';
import { useCan } from '@/session/session';
import { DATE_FORMATS } from '../dates';
import { Footer } from '../Footer';
import c from '../imports.module.css';
import {
  AUTO,
  bodyOf,
  choose,
  type Draft,
  dateFormatOf,
  faultsOf,
  hasChoices,
  makeField,
  mappedCount,
  mean,
  missing,
  startDraft,
  suggested,
  wordsOf,
} from '../mapping';
import { useCheck } from '../query';
import { type Import, isPeople } from '../types';
import { useDraft } from '../useDraft';
import { useImportErrors, useImportWords } from '../words';
import { ColumnRow } from './ColumnRow';
import { Defaults } from './Defaults';
import m from './map.module.css';
import { NewFieldDialog, typeFor } from './NewFieldDialog';
import { Rules } from './Rules';

const NONE: never[] = [];

/** Where each column goes and what is made of it; then the whole file is looked at. */
export function MapStep({ file, onNext }: { file: Import; onNext: () => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const words = useImportWords();
  const say = useImportErrors();
  const check = useCheck(file.id);
  const countries = useCountryOptions();
  const { draft, change, forget } = useDraft(file);
  const [tried, setTried] = useState(false);
  const [making, setMaking] = useState<string | null>(null);
  const alert = useRef<HTMLDivElement>(null);
  const columns = file.columns ?? NONE;
  const fields = useMemo(() => words.fields(file), [words.fields, file]);

  const latest = useRef(draft);
  latest.current = draft;
  const edit = useCallback((make: (d: Draft) => Draft) => change(make(latest.current)), [change]);
  const pick = useCallback(
    (column: string, field: string | null) => edit((d) => choose(d, column, field)),
    [edit],
  );
  const setMeaning = useCallback(
    (column: string, word: string, meaning: string | null) => edit((d) => mean(d, column, word, meaning)),
    [edit],
  );
  const make = useCallback((column: string) => setMaking(column), []);

  const usedBy = useMemo(
    () => Object.fromEntries(Object.entries(draft.fields).map(([column, field]) => [field, column])),
    [draft.fields],
  );
  const options = useMemo(
    () =>
      fields.map<PickOption>((x) => ({
        value: x.key,
        label: words.field(x),
        note: usedBy[x.key] ?? (x.required ? t('imports.map.required') : undefined),
      })),
    [fields, words.field, usedBy, t],
  );
  const mayMake = can('settings.manage');
  const lacking = missing(draft, fields);
  const faults = useMemo(() => faultsOf(isApiError(check.error) ? check.error.fields : {}), [check.error]);
  const dateFormat = useMemo(() => dateFormatOf(draft, columns, fields), [draft, columns, fields]);
  const body = bodyOf({ ...draft, dateFormat }, columns);
  const same = useMemo(
    () => (file.mapping ? JSON.stringify(bodyOf(startDraft(file), columns)) : null),
    [file, columns],
  );
  const next = () => {
    setTried(true);
    if (lacking.length) return alert.current?.focus();
    // nothing is different from what was looked at: it need not be looked at again
    if (file.status === 'previewed' && same === JSON.stringify(body)) return onNext();
    check.mutate(body, {
      onSuccess: () => {
        forget();
        onNext();
      },
      onError: () => requestAnimationFrame(() => alert.current?.focus()),
    });
  };
  const go = useRef(next);
  go.current = next;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey)) return;
      if (document.querySelector('[role="dialog"]')) return;
      e.preventDefault();
      go.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const remembered = !file.mapping && file.remembered;
  const dates = columns.filter((x) => fields.find((y) => y.key === draft.fields[x.name])?.type === 'date');
  const phones = fields.some((x) => x.type === 'phone' && usedBy[x.key]);
  const failed = check.isError && isApiError(check.error) && !Object.keys(check.error.fields).length;
  const problems = [
    ...(tried && lacking.length
      ? [t('imports.map.missing', { fields: lacking.map(words.field).join(t('imports.comma')) })]
      : []),
    ...(failed && isApiError(check.error) ? [say(check.error)] : []),
    ...faults.rest,
    // the look through the file came to an end before the file did
    ...(file.error && !check.isPending ? [file.error] : []),
  ];
  return (
    <>
      <div className={c.body}>
        <div className={c.narrow}>
          <div ref={alert} tabIndex={-1} className={c.alert}>
            {problems.map((text) => (
              <Notice key={text} tone="neg">
                {text}
              </Notice>
            ))}
          </div>
          {remembered && (
            <div className={m.remembered}>
              <IconWand size={16} aria-hidden />
              <p>
                {remembered.name
                  ? t('imports.map.rememberedAs', { name: remembered.name })
                  : t('imports.map.remembered')}
              </p>
              <Button variant="subtle" size="compact-sm" onClick={() => edit(() => suggested(file))}>
                {t('imports.map.useSuggested')}
              </Button>
            </div>
          )}
          <section className={c.section} aria-labelledby="import-columns">
            <h3 className={c.heading} id="import-columns">
              {t('imports.map.columns')}
            </h3>
            <p className={c.lead}>{t('imports.map.columnsHelp')}</p>
            <ul className={m.columns}>
              {columns.map((column) => {
                const key = draft.fields[column.name] ?? null;
                const field = fields.find((x) => x.key === key);
                const fresh = draft.fresh[column.name];
                const fault = faults.columns[column.name];
                return (
                  <ColumnRow
                    key={column.name}
                    column={column}
                    field={key}
                    made={fresh && t('imports.map.made', { name: fresh.label })}
                    options={options}
                    fault={fault && fieldText(fault)}
                    words={hasChoices(field) ? wordsOf(draft, column, field) : undefined}
                    meanings={draft.values[column.name]}
                    choices={
                      hasChoices(field)
                        ? field?.options.map((o) => ({ value: o.key, label: o.label }))
                        : undefined
                    }
                    dateFormat={field?.type === 'date' ? dateFormat : undefined}
                    onPick={pick}
                    onMake={mayMake ? make : undefined}
                    onMean={setMeaning}
                  />
                );
              })}
            </ul>
          </section>
          <section className={c.section} aria-labelledby="import-defaults">
            <h3 className={c.heading} id="import-defaults">
              {t('imports.map.defaults')}
            </h3>
            <p className={c.lead}>{t('imports.map.defaultsHelp')}</p>
            <Defaults draft={draft} fields={fields} faults={faults.defaults} onChange={change} />
          </section>
          {(dates.length > 0 || phones) && (
            <section className={c.section} aria-labelledby="import-formats">
              <h3 className={c.heading} id="import-formats">
                {t('imports.map.formats')}
              </h3>
              <div className={c.form}>
                {dates.length > 0 && (
                  <Select
                    label={t('imports.map.dateFormat')}
                    description={t('imports.map.dateFormatHelp')}
                    allowDeselect={false}
                    data={[
                      { value: AUTO, label: t('imports.map.auto') },
                      ...DATE_FORMATS.map((value) => ({ value, label: value })),
                    ]}
                    value={dateFormat}
                    onChange={(v) => v && change({ ...draft, dateFormat: v })}
                  />
                )}
                {phones && (
                  <Select
                    label={t('imports.map.country')}
                    description={t('imports.map.countryHelp')}
                    placeholder={t('imports.map.countryFromSettings')}
                    searchable
                    clearable
                    clearButtonProps={{ 'aria-label': t('imports.map.clearCountry') }}
                    nothingFoundMessage={t('components.noMatch')}
                    data={countries.map(({ value, label }) => ({ value, label }))}
                    value={draft.country}
                    onChange={(v) => change({ ...draft, country: v })}
                  />
                )}
              </div>
            </section>
          )}
          <section className={c.section} aria-labelledby="import-rules">
            <h3 className={c.heading} id="import-rules">
              {t(isPeople(file.entity) ? 'imports.rules.title' : 'imports.rules.titleThings')}
            </h3>
            <p className={c.lead}>
              {t(
                isPeople(file.entity)
                  ? 'imports.rules.intro'
                  : `imports.rules.same${file.entity === 'activities' ? 'Activity' : 'Deal'}`,
              )}
            </p>
            <Rules entity={file.entity} draft={draft} onChange={change} />
          </section>
          <section className={c.section} aria-labelledby="import-name">
            <h3 className={c.heading} id="import-name">
              {t('imports.map.name')}
            </h3>
            <p className={c.lead}>{t('imports.map.nameHelp')}</p>
            <div className={c.form}>
              <TextInput
                aria-label={t('imports.map.name')}
                placeholder={t('imports.map.namePlaceholder')}
                autoComplete="off"
                maxLength={80}
                value={draft.name}
                onChange={(e) => change({ ...draft, name: e.currentTarget.value })}
              />
            </div>
          </section>
        </div>
      </div>
      <Footer
        text={t('imports.map.taken', {
          count: columns.length,
          n: f.int(mappedCount(draft)),
          all: f.int(columns.length),
        })}
      >
        <span className={m.hintKey} aria-hidden>
          <Kbd>Ctrl ↵</Kbd>
        </span>
        <Button loading={check.isPending} onClick={next}>
          {t('imports.map.check')}
        </Button>
      </Footer>
      {making && (
        <NewFieldDialog
          column={making}
          start={
            draft.fresh[making] ?? {
              label: making,
              type: typeFor(columns.find((x) => x.name === making)?.kind ?? 'text'),
            }
          }
          onDone={(field) => {
            edit((d) => makeField(d, making, field));
            setMaking(null);
          }}
          onClose={() => setMaking(null)}
        />
      )}
    </>
  );
}
