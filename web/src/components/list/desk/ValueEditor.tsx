import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PickOption } from '../../PickMenu';
import { StatusPill } from '../../StatusPill';
import { Avatar } from '../../Values';
import list from '../list.module.css';
import c from './desk.module.css';
import { type FilterField, shapeOf, type ValueShape } from './fields';

type Props = {
  field: FilterField;
  op: string;
  value: unknown;
  onChange: (value: unknown) => void;
  focus?: boolean;
};

/** The input that fits a field and its operator. */
export function ValueEditor({ field, op, value, onChange, focus }: Props) {
  const { t } = useTranslation();
  const shape: ValueShape = shapeOf(field.kind, op);
  const label = t('desk.valueOf', { name: field.label });
  const auto = focus ? { 'data-autofocus': true } : {};
  switch (shape) {
    case 'none':
      return null;
    case 'text':
      return (
        <input
          className={c.input}
          aria-label={label}
          dir="auto"
          maxLength={200}
          value={typeof value === 'string' ? value : ''}
          onChange={(e) => onChange(e.currentTarget.value)}
          {...auto}
        />
      );
    case 'options':
      return field.options ? (
        <Choices field={field} value={value} onChange={onChange} focus={focus} />
      ) : (
        <input
          className={c.input}
          aria-label={label}
          placeholder={t('desk.words')}
          dir="auto"
          value={Array.isArray(value) ? value.join(', ') : ''}
          onChange={(e) => onChange(e.currentTarget.value.split(/, ?/))}
          {...auto}
        />
      );
    case 'flag':
      return (
        <select
          className={c.select}
          aria-label={label}
          value={value === false ? 'no' : 'yes'}
          onChange={(e) => onChange(e.currentTarget.value === 'yes')}
          {...auto}
        >
          <option value="yes">{t('components.yes')}</option>
          <option value="no">{t('components.no')}</option>
        </select>
      );
    case 'number':
    case 'day':
      return <One shape={shape} label={label} value={value} onChange={onChange} focus={focus} />;
    case 'numbers':
    case 'days': {
      const [from, to] = Array.isArray(value) ? value : ['', ''];
      const one = shape === 'numbers' ? 'number' : 'day';
      return (
        <span className={c.pair}>
          <One
            shape={one}
            label={t('components.list.from')}
            value={from}
            onChange={(v) => onChange([v, to])}
            focus={focus}
          />
          <span aria-hidden>–</span>
          <One shape={one} label={t('components.list.to')} value={to} onChange={(v) => onChange([from, v])} />
        </span>
      );
    }
    case 'within':
    case 'count':
      return <Span field={field} shape={shape} value={value} onChange={onChange} focus={focus} />;
  }
}

function One({
  shape,
  label,
  value,
  onChange,
  focus,
}: {
  shape: 'number' | 'day';
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  focus?: boolean;
}) {
  const [text, setText] = useState(value === undefined || value === null ? '' : String(value));
  const read = (next: string) => {
    setText(next);
    if (shape === 'day') return onChange(next);
    const n = Number(next.replace(',', '.'));
    onChange(next.trim() && Number.isFinite(n) ? n : '');
  };
  return (
    <input
      className={c.input}
      aria-label={label}
      type={shape === 'day' ? 'date' : 'text'}
      inputMode={shape === 'number' ? 'decimal' : undefined}
      min={shape === 'day' ? '1900-01-01' : undefined}
      max={shape === 'day' ? '9999-12-31' : undefined}
      value={text}
      onChange={(e) => read(e.currentTarget.value)}
      {...(focus ? { 'data-autofocus': true } : {})}
    />
  );
}

const UNITS = ['hour', 'day', 'week', 'month', 'year'] as const;

/** "last 7 days", "more than 30 days ago". */
function Span({ field, shape, value, onChange, focus }: Omit<Props, 'op'> & { shape: 'within' | 'count' }) {
  const { t } = useTranslation();
  const now = (value ?? {}) as { last?: number; next?: number; count?: number; unit?: string };
  const direction = now.next === undefined ? 'last' : 'next';
  const n = now.count ?? now.last ?? now.next ?? 7;
  const unit = now.unit ?? 'day';
  const set = (d: 'last' | 'next', count: number, u: string) =>
    onChange(shape === 'count' ? { count, unit: u } : { [d]: count, unit: u });
  return (
    <span className={c.pair}>
      {shape === 'within' && (
        <select
          className={c.select}
          aria-label={t('desk.direction')}
          value={direction}
          onChange={(e) => set(e.currentTarget.value === 'next' ? 'next' : 'last', n, unit)}
        >
          <option value="last">{t('desk.last')}</option>
          <option value="next">{t('desk.next')}</option>
        </select>
      )}
      <input
        className={c.count}
        type="number"
        min={1}
        max={10000}
        aria-label={t('desk.howMany')}
        value={n}
        onChange={(e) => {
          const count = Math.round(Number(e.currentTarget.value));
          if (count >= 1 && count <= 10000) set(direction, count, unit);
        }}
        {...(focus ? { 'data-autofocus': true } : {})}
      />
      <select
        className={c.select}
        aria-label={t('desk.unitLabel')}
        value={unit}
        onChange={(e) => set(direction, n, e.currentTarget.value)}
      >
        {UNITS.filter((u) => u !== 'hour' || field.kind === 'instant').map((u) => (
          <option key={u} value={u}>
            {t(`desk.units.${u}`)}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A list to tick; searchable when it is long. */
function Choices({ field, value, onChange, focus }: Omit<Props, 'op'>) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const options = field.options ?? [];
  const chosen: unknown[] = Array.isArray(value) ? value : [];
  // what is chosen already but no longer among the options can still be taken away
  const gone: PickOption[] = chosen
    .filter((v) => !options.some((o) => o.value === v))
    .map((v) => ({ value: String(v), label: String(v) }));
  const q = query.trim().toLowerCase();
  const all = [...gone, ...options];
  const shown = q ? all.filter((o) => `${o.label} ${o.value}`.toLowerCase().includes(q)) : all;
  return (
    <div className={c.choicesBox}>
      {options.length > 8 && (
        <input
          className={list.popFind}
          aria-label={t('components.find')}
          placeholder={t('components.find')}
          value={query}
          onChange={(e) => setQuery(e.currentTarget.value)}
          {...(focus ? { 'data-autofocus': true } : {})}
        />
      )}
      <div className={list.choices} role="group" aria-label={field.label}>
        {shown.map((o) => (
          <label key={o.value} className={list.choice}>
            <input
              type="checkbox"
              checked={chosen.includes(o.value)}
              onChange={() =>
                onChange(
                  chosen.includes(o.value) ? chosen.filter((v) => v !== o.value) : [...chosen, o.value],
                )
              }
            />
            {o.hue ? (
              <StatusPill label={o.label} hue={o.hue} />
            ) : (
              <>
                {o.person && <Avatar name={o.label} size={18} />}
                <span className={list.ell}>{o.label}</span>
              </>
            )}
          </label>
        ))}
        {!shown.length && <p className={list.popNone}>{t('components.noMatch')}</p>}
      </div>
    </div>
  );
}
