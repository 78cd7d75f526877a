import { useId } from 'react';
import type { Hue } from '@/components';
import c from './editor.module.css';

type Props<T extends string> = {
  label: string;
  value: T;
  /** All places, so that the same word stands in the same column in every row. */
  slots: readonly T[];
  options: readonly T[];
  text: (value: T) => string;
  hue: (value: T) => Hue;
  onPick: (value: T) => void;
};

/** One choice in a row of radio buttons. What is not on offer leaves its place empty. */
export function Segments<T extends string>({ label, value, slots, options, text, hue, onPick }: Props<T>) {
  const name = useId();
  return (
    <div
      role="radiogroup"
      aria-label={label}
      className={c.segments}
      style={{ gridTemplateColumns: `repeat(${slots.length}, minmax(0, 1fr))` }}
    >
      {slots.map((slot) =>
        options.includes(slot) ? (
          <label key={slot} className={c.segment} data-hue={hue(slot)}>
            <input
              type="radio"
              name={name}
              value={slot}
              checked={slot === value}
              onChange={() => onPick(slot)}
            />
            <span>{text(slot)}</span>
          </label>
        ) : (
          <span key={slot} aria-hidden />
        ),
      )}
    </div>
  );
}
