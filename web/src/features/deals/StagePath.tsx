import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Deal } from '@/api/sales';
import { hueOrGrey } from '@/components';
import { PickMenu } from '@/components/PickMenu';
import { stageOption, usePipelines } from '@/data/pipelines';
import flow from '../leads/flow.module.css';
import { mayFollow } from './board/order';

type Props = { deal: Deal; editable: boolean; onStep: (stage: string) => void };

/** The open stages in their order, and at the end won and lost. What may follow can be clicked. */
export function StagePath({ deal, editable, onStep }: Props) {
  const { t } = useTranslation();
  const stages = usePipelines().stages(deal.pipeline);
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const open = stages.filter((s) => s.outcome === 'none');
  const closed = stages.filter((s) => s.outcome !== 'none');
  const now = stages.find((s) => s.key === deal.stage);
  const at = now?.outcome === 'none' ? open.indexOf(now) : open.length;
  const may = (key: string) =>
    editable && key !== deal.stage && (deal.outcome !== 'none' || mayFollow(stages, deal.stage, key));
  const ends = closed.filter((s) => may(s.key));
  if (!stages.length) return null;
  const ended = now && now.outcome !== 'none';
  return (
    <nav className={flow.flow} aria-label={t('deals.path')}>
      <ol>
        {open.map((s, i) => (
          <li key={s.key} data-state={s.key === deal.stage ? 'now' : i < at ? 'past' : 'ahead'}>
            <button
              type="button"
              data-hue={hueOrGrey(s.hue)}
              aria-current={s.key === deal.stage ? 'step' : undefined}
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
              data-hue={hueOrGrey(ended ? now.hue : 'grey')}
              aria-current={ended ? 'step' : undefined}
              aria-haspopup="listbox"
              aria-expanded={anchor !== null}
              aria-disabled={!ends.length}
              onClick={(e) => ends.length && setAnchor(e.currentTarget.getBoundingClientRect())}
            >
              <span>{ended ? now.label : t('deals.close')}</span>
              {ends.length > 0 && <IconChevronDown size={12} aria-hidden />}
            </button>
          </li>
        )}
      </ol>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={t('deals.close')}
          options={ends.map(stageOption)}
          value={deal.stage}
          onPick={onStep}
          onClose={() => setAnchor(null)}
        />
      )}
    </nav>
  );
}
