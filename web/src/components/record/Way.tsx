import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { PickMenu, type PickOption } from '../PickMenu';
import { hueOrGrey } from '../StatusPill';
import c from './way.module.css';

type Step = { key: string; label: string; hue: string };
type Props = {
  label: string;
  /** What the last step is called while nothing has ended. */
  closeLabel: string;
  /** Where one is. */
  value: string;
  /** Steps on the way, in their order. */
  open: Step[];
  /** Steps with which it ends. */
  closed: Step[];
  /** Ends that may be chosen now. */
  ends: PickOption[];
  may: (key: string) => boolean;
  onStep: (key: string) => void;
};

/**
 * The way of a record: the open steps in their order, and at its end the outcomes. What may follow can be clicked;
 * what the settings do not let follow stands there without a hand.
 */
export function Way({ label, closeLabel, value, open, closed, ends, may, onStep }: Props) {
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const ended = closed.find((s) => s.key === value);
  const at = ended ? open.length : open.findIndex((s) => s.key === value);
  return (
    <nav className={c.flow} aria-label={label}>
      <ol>
        {open.map((s, i) => (
          <li key={s.key} data-state={s.key === value ? 'now' : i < at ? 'past' : 'ahead'}>
            <button
              type="button"
              data-hue={hueOrGrey(s.hue)}
              aria-current={s.key === value ? 'step' : undefined}
              aria-disabled={!may(s.key)}
              onClick={() => may(s.key) && onStep(s.key)}
            >
              {i < at && <IconCheck size={12} aria-hidden />}
              <span>{s.label}</span>
            </button>
          </li>
        ))}
        {closed.length > 0 && (
          <li data-state={ended ? 'now' : 'ahead'}>
            <button
              type="button"
              data-hue={hueOrGrey(ended ? ended.hue : 'grey')}
              aria-current={ended ? 'step' : undefined}
              aria-haspopup="listbox"
              aria-expanded={anchor !== null}
              aria-disabled={!ends.length}
              onClick={(e) => ends.length && setAnchor(e.currentTarget.getBoundingClientRect())}
            >
              <span>{ended ? ended.label : closeLabel}</span>
              {ends.length > 0 && <IconChevronDown size={12} aria-hidden />}
            </button>
          </li>
        )}
      </ol>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={closeLabel}
          options={ends}
          value={value}
          onPick={(key) => key !== value && onStep(key)}
          onClose={() => setAnchor(null)}
        />
      )}
    </nav>
  );
}
