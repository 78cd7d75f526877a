import { IconChevronDown } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PickMenu, type PickOption } from '@/components/PickMenu';
import m from './map.module.css';

const MAKE = '\u0000make';
type Props = {
  column: string;
  /** Its field, or nothing: left out. */
  value: string | null;
  /** What is written on it when the field is not in the list: one that is still to be made. */
  made?: string;
  options: PickOption[];
  /** What "nothing" is called here. */
  none?: string;
  invalid?: boolean;
  describedBy?: string;
  onPick: (field: string | null) => void;
  onMake?: () => void;
};

/** Where a column goes. A plain button: the list exists only while it is open. Arrows go to the column above and below. */
export function FieldButton(props: Props) {
  const { column, value, made, options, invalid, describedBy, onPick, onMake } = props;
  const { t } = useTranslation();
  const none = props.none ?? t('imports.map.leaveOut');
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const text = made ?? options.find((o) => o.value === value)?.label;
  const move = (e: KeyboardEvent<HTMLButtonElement>) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!step) return;
    const all = [...document.querySelectorAll<HTMLElement>('[data-field-button]')];
    const next = all[all.indexOf(e.currentTarget) + step];
    if (!next) return;
    e.preventDefault();
    next.focus();
  };
  return (
    <>
      <button
        type="button"
        className={m.field}
        data-field-button
        data-set={text ? true : undefined}
        data-invalid={invalid || undefined}
        aria-haspopup="listbox"
        aria-expanded={anchor !== null}
        aria-describedby={describedBy}
        onKeyDown={move}
        onClick={(e) => setAnchor(e.currentTarget.getBoundingClientRect())}
      >
        <span className="sr-only">{t('imports.map.goesTo', { column })} </span>
        <span className={m.fieldText} dir="auto">
          {text ?? none}
        </span>
        <IconChevronDown size={14} aria-hidden />
      </button>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={t('imports.map.goesTo', { column })}
          options={onMake ? [...options, { value: MAKE, label: t('imports.map.make') }] : options}
          value={made ? MAKE : value}
          none={none}
          onPick={(v) => (v === MAKE ? onMake?.() : onPick(v || null))}
          onClose={() => setAnchor(null)}
        />
      )}
    </>
  );
}
