import { IconAlertCircle, IconArrowRight } from '@tabler/icons-react';
import { memo, useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import type { PickOption } from '@/components/PickMenu';
import { DATE_FORMATS, readDate } from '../dates';
import { AUTO } from '../mapping';
import { isMarked, readNumber } from '../numbers';
import type { ImportColumn } from '../types';
import { FieldButton } from './FieldButton';
import m from './map.module.css';
import { type Meaning, WordMap } from './WordMap';

type Props = {
  column: ImportColumn;
  field: string | null;
  made?: string;
  options: PickOption[];
  fault?: string;
  /** Words of a field of choices, and what they may mean. */
  words?: string[];
  meanings?: Record<string, string>;
  choices?: Meaning[];
  dateFormat?: string;
  numberFormat?: string;
  onPick: (column: string, field: string | null) => void;
  onMake?: (column: string) => void;
  onMean: (column: string, word: string, meaning: string | null) => void;
};

/** One column of the file: its name, what stands in it, where it goes. */
export const ColumnRow = memo(function ColumnRow(props: Props) {
  const { column, field, fault, words, choices, dateFormat, numberFormat, onPick, onMake, onMean } = props;
  const { t } = useTranslation();
  const f = useFormat();
  const id = useId();
  const sample = column.samples.find((s) => s.trim());
  const format =
    dateFormat === AUTO
      ? (column.formats?.[0] ?? DATE_FORMATS.find((d) => sample && readDate(sample, d)))
      : dateFormat;
  const day = sample && format ? readDate(sample, format) : null;
  const marked = numberFormat && (column.samples.find(isMarked) ?? column.values.find(isMarked));
  const number = marked ? readNumber(marked, numberFormat, column.formats) : null;
  return (
    <li className={m.columnRow} data-column={column.name} data-out={(!field && !props.made) || undefined}>
      <div className={m.columnName}>
        <b>
          <bdi>{column.name}</bdi>
        </b>
        <span className={m.samples}>
          {column.samples.length ? (
            column.samples.slice(0, 3).map((s, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: samples may be the same
              <span key={i} title={s}>
                <bdi>{s}</bdi>
              </span>
            ))
          ) : (
            <span className="dim">{t('imports.map.emptyColumn')}</span>
          )}
        </span>
      </div>
      <IconArrowRight size={15} className={`${m.arrow} flip`} aria-hidden />
      <div className={m.target}>
        <FieldButton
          column={column.name}
          value={field}
          made={props.made}
          options={props.options}
          invalid={Boolean(fault)}
          describedBy={fault ? `${id}-fault` : undefined}
          onPick={(v) => onPick(column.name, v)}
          onMake={onMake && (() => onMake(column.name))}
        />
        {fault && (
          <p className={m.fault} id={`${id}-fault`}>
            <IconAlertCircle size={14} aria-hidden />
            {fault}
          </p>
        )}
        {marked && number !== null && (
          <p className={m.note}>
            <bdi dir="ltr">{marked}</bdi> = <bdi>{f.int(number)}</bdi>
          </p>
        )}
        {dateFormat && sample && (
          <p className={m.note}>
            {day ? (
              <>
                <bdi dir="ltr">{sample}</bdi> = {f.date(day)}
              </>
            ) : (
              t('imports.map.noDate', { sample })
            )}
          </p>
        )}
      </div>
      {choices && words && words.length > 0 && (
        <WordMap
          column={column.name}
          words={words}
          meanings={props.meanings ?? {}}
          options={choices}
          onMean={(word, meaning) => onMean(column.name, word, meaning)}
        />
      )}
    </li>
  );
});
