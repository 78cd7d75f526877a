import { type DragEvent, type KeyboardEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { movedTo, resized, without } from './arrange';
import c from './reports.module.css';
import type { Known, Widget } from './types';
import { Grip, WidgetCard } from './WidgetCard';

type Props = {
  widgets: Widget[];
  available: Known[];
  params: Record<string, string>;
  arranging: boolean;
  onArrange: (widgets: Widget[]) => void;
};

const WIDTHS = ['s', 'm', 'l'];
const isWidest = (size: string, known: Known): boolean =>
  known.sizes.every((x) => WIDTHS.indexOf(x) <= WIDTHS.indexOf(size));

/** The figures in their order: moved by dragging the grip or with the arrow keys on it; each move is told aloud. */
export function Board({ widgets, available, params, arranging, onArrange }: Props) {
  const { t } = useTranslation();
  const grid = useRef<HTMLDivElement>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const name = (key: string) => t(`reports.widget.${key}`);

  const move = (key: string, to: number) => {
    const from = widgets.findIndex((w) => w.key === key);
    if (to < 0 || to >= widgets.length || to === from) return;
    onArrange(movedTo(widgets, key, to));
    setSaid(t('reports.moved', { name: name(key), at: to + 1, total: widgets.length }));
    // the card is put elsewhere in the page: the focus goes along
    requestAnimationFrame(() =>
      grid.current?.querySelector<HTMLElement>(`[data-grip="${CSS.escape(key)}"]`)?.focus(),
    );
  };
  const onKey = (e: KeyboardEvent, key: string) => {
    const at = widgets.findIndex((w) => w.key === key);
    const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
    const to = {
      ArrowUp: at - 1,
      ArrowDown: at + 1,
      ArrowLeft: at - rtl,
      ArrowRight: at + rtl,
      Home: 0,
      End: widgets.length - 1,
    }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    move(key, to);
  };
  const onDragStart = (e: DragEvent, key: string) => {
    e.dataTransfer.effectAllowed = 'move';
    e.dataTransfer.setData('text/plain', key);
    const card = (e.currentTarget as HTMLElement).closest('section');
    if (card) e.dataTransfer.setDragImage(card, 16, 16);
    setDragged(key);
  };
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return (
    <>
      <div ref={grid} className={c.grid} data-arranging={arranging || undefined}>
        {widgets.map((w, i) => {
          const known = available.find((k) => k.key === w.key);
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop on; the grip has the keys
            <div
              key={w.key}
              className={c.cell}
              data-widget={w.key}
              data-size={w.size}
              data-dragged={dragged === w.key || undefined}
              data-over={(over === w.key && dragged !== w.key) || undefined}
              onDragOver={(e) => {
                if (dragged === null) return;
                e.preventDefault();
                setOver(w.key);
              }}
              onDrop={(e) => {
                e.preventDefault();
                if (dragged !== null) move(dragged, i);
                end();
              }}
            >
              <WidgetCard
                id={w.key}
                params={params}
                grip={
                  arranging && (
                    <Grip
                      data-grip={w.key}
                      draggable
                      aria-label={t('reports.grip', { name: name(w.key) })}
                      title={t('reports.gripHint')}
                      onDragStart={(e) => onDragStart(e, w.key)}
                      onDragEnd={end}
                      onKeyDown={(e) => onKey(e, w.key)}
                    />
                  )
                }
                actions={
                  arranging
                    ? [
                        ...(known && known.sizes.length > 1
                          ? [
                              {
                                key: 'size',
                                label: t(isWidest(w.size, known) ? 'reports.smaller' : 'reports.resize'),
                                run: () => onArrange(resized(widgets, known)),
                              },
                            ]
                          : []),
                        {
                          key: 'remove',
                          label: t('reports.remove'),
                          run: () => {
                            onArrange(without(widgets, w.key));
                            setSaid(t('reports.removed', { name: name(w.key) }));
                          },
                        },
                      ]
                    : []
                }
              />
            </div>
          );
        })}
      </div>
      <p className="sr-only" role="status">
        {said}
      </p>
    </>
  );
}
