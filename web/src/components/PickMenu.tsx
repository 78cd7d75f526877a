import { IconCheck, IconSearch } from '@tabler/icons-react';
import {
  type CSSProperties,
  type KeyboardEvent,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import c from './PickMenu.module.css';
import { type Hue, StatusPill } from './StatusPill';
import { Avatar } from './Values';

export type PickOption = {
  value: string;
  label: string;
  hue?: Hue;
  person?: boolean;
  note?: string;
  group?: string;
};
type Props = {
  anchor: DOMRect;
  label: string;
  options: PickOption[];
  value?: string | null;
  /** Offered first, picks an empty value: "Unassigned". */
  none?: string;
  onPick: (value: string) => void;
  onClose: () => void;
};
const WIDTH = 240;

/** One floating list for picking a value in place: searchable when long, full keyboard, focus returns to the opener. */
export function PickMenu({ anchor, label, options, value, none, onPick, onClose }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const focusable = useRef<HTMLElement | null>(null);
  const [query, setQuery] = useState('');
  const searchable = options.length > 8;
  const shown = useMemo(() => {
    const all = none ? [{ value: '', label: none }, ...options] : options;
    const q = query.trim().toLowerCase();
    return q ? all.filter((o) => `${o.label} ${o.note ?? ''}`.toLowerCase().includes(q)) : all;
  }, [options, none, query]);
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      shown.findIndex((o) => o.value === (value ?? '')),
    ),
  );
  const active = Math.min(at, shown.length - 1);

  useEffect(() => {
    const opener = document.activeElement as HTMLElement | null;
    focusable.current?.focus({ preventScroll: true });
    return () => opener?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const outside = (e: Event) => {
      if (!box.current?.contains(e.target as Node)) onClose();
    };
    document.addEventListener('pointerdown', outside, true);
    window.addEventListener('resize', onClose);
    return () => {
      document.removeEventListener('pointerdown', outside, true);
      window.removeEventListener('resize', onClose);
    };
  }, [onClose]);
  useLayoutEffect(() => {
    box.current?.querySelector(`[data-at="${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const pick = (v: string) => {
    onPick(v);
    onClose();
  };
  const onKey = (e: KeyboardEvent) => {
    if (e.key === 'Escape' || e.key === 'Tab') {
      e.preventDefault();
      e.stopPropagation();
      onClose();
    } else if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      const step = e.key === 'ArrowDown' ? 1 : -1;
      setAt((active + step + shown.length) % Math.max(1, shown.length));
    } else if (e.key === 'Enter') {
      e.preventDefault();
      const option = shown[active];
      if (option) pick(option.value);
    }
  };

  const listId = `${id}-list`;
  const current = shown.length ? `${id}-${active}` : undefined;
  return createPortal(
    <div
      ref={box}
      className={c.box}
      style={place(anchor, shown.length, searchable)}
      role="dialog"
      aria-label={label}
      data-testid="pick-menu"
    >
      {searchable && (
        <label className={c.search}>
          <IconSearch size={14} aria-hidden />
          <input
            ref={(el) => {
              focusable.current = el;
            }}
            role="combobox"
            aria-expanded
            aria-controls={listId}
            aria-activedescendant={current}
            aria-label={label}
            placeholder={t('components.find')}
            value={query}
            onChange={(e) => {
              setQuery(e.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKey}
          />
        </label>
      )}
      <div
        role="listbox"
        id={listId}
        aria-label={label}
        className={c.list}
        tabIndex={searchable ? -1 : 0}
        aria-activedescendant={searchable ? undefined : current}
        ref={(el) => {
          if (!searchable) focusable.current = el;
        }}
        onKeyDown={searchable ? undefined : onKey}
      >
        {shown.map((o, i) => (
          <div
            key={o.value || 'none'}
            id={`${id}-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={o.value === (value ?? '')}
            className={c.option}
            data-at={i}
            data-active={i === active || undefined}
            onMouseMove={() => setAt(i)}
            onClick={() => pick(o.value)}
          >
            {o.hue ? (
              <StatusPill label={o.label} hue={o.hue} />
            ) : (
              <>
                {o.person && <Avatar name={o.label} size={20} />}
                <span className={c.text}>{o.label}</span>
              </>
            )}
            {o.note && <span className={c.note}>{o.note}</span>}
            {o.value === (value ?? '') && <IconCheck size={14} className={c.tick} aria-hidden />}
          </div>
        ))}
      </div>
      {!shown.length && <p className={c.none}>{t('components.noMatch')}</p>}
    </div>,
    document.body,
  );
}

function place(anchor: DOMRect, count: number, searchable: boolean): CSSProperties {
  const height = Math.min(320, count * 30 + (searchable ? 45 : 8));
  const below = anchor.bottom + 4 + height <= window.innerHeight - 8;
  const rtl = document.documentElement.dir === 'rtl';
  const left = rtl ? anchor.right - WIDTH : anchor.left;
  return {
    width: WIDTH,
    top: below ? anchor.bottom + 4 : Math.max(8, anchor.top - height - 4),
    left: Math.max(8, Math.min(left, window.innerWidth - WIDTH - 8)),
  };
}
