import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReorder } from '@/components/reorder';
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
  const [said, setSaid] = useState('');
  const name = (key: string) => t(`reports.widget.${key}`);
  const { box, dragged, over, place, grip } = useReorder<HTMLDivElement>({
    keys: widgets.map((w) => w.key),
    around: 'section',
    grid: true,
    onMove: (key, to) => {
      onArrange(movedTo(widgets, key, to));
      setSaid(t('reports.moved', { name: name(key), at: to + 1, total: widgets.length }));
    },
  });
  return (
    <>
      <div ref={box} className={c.grid} data-arranging={arranging || undefined}>
        {widgets.map((w, i) => {
          const known = available.find((k) => k.key === w.key);
          return (
            <div
              key={w.key}
              className={c.cell}
              data-widget={w.key}
              data-size={w.size}
              data-dragged={dragged === w.key || undefined}
              data-over={over === w.key || undefined}
              {...place(w.key, i)}
            >
              <WidgetCard
                id={w.key}
                params={params}
                grip={
                  arranging && (
                    <Grip
                      aria-label={t('reports.grip', { name: name(w.key) })}
                      title={t('reports.gripHint')}
                      {...grip(w.key)}
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
