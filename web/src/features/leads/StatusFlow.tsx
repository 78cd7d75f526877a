import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Lead } from '@/api/types';
import { hueOrGrey } from '@/components';
import { PickMenu } from '@/components/PickMenu';
import { useStatuses } from '@/data/lookups';
import c from './flow.module.css';

type Props = {
  lead: Lead;
  editable: boolean;
  onStep: (status: string) => void;
};

/**
 * The way of a lead: the open statuses in their order, and at its end the outcomes. What may follow can be clicked;
 * what the settings do not let follow stands there without a hand.
 */
export function StatusFlow({ lead, editable, onStep }: Props) {
  const { t } = useTranslation();
  const statuses = useStatuses('lead');
  const [anchor, setAnchor] = useState<DOMRect | null>(null);
  const open = statuses.list.filter((s) => !s.closed);
  const closed = statuses.list.filter((s) => s.closed);
  const now = statuses.list.find((s) => s.key === lead.status);
  const at = open.findIndex((s) => s.key === lead.status);
  const next = statuses.next(lead.status);
  const may = (key: string) => editable && key !== lead.status && next.some((o) => o.value === key);
  const ends = next.filter((o) => closed.some((s) => s.key === o.value));
  if (!statuses.list.length) return null;
  return (
    <nav className={c.flow} aria-label={t('leads.flow')}>
      <ol>
        {open.map((s, i) => (
          <li key={s.key} data-state={s.key === lead.status ? 'now' : i < at ? 'past' : 'ahead'}>
            <button
              type="button"
              data-hue={hueOrGrey(s.hue)}
              aria-current={s.key === lead.status ? 'step' : undefined}
              aria-disabled={!may(s.key)}
              onClick={() => may(s.key) && onStep(s.key)}
            >
              {i < at && <IconCheck size={12} aria-hidden />}
              <span>{s.label}</span>
            </button>
          </li>
        ))}
        <li data-state={now?.closed ? 'now' : 'ahead'}>
          <button
            type="button"
            data-hue={hueOrGrey(now?.closed ? now.hue : 'grey')}
            aria-current={now?.closed ? 'step' : undefined}
            aria-haspopup="listbox"
            aria-expanded={anchor !== null}
            aria-disabled={!editable || !ends.length}
            onClick={(e) => editable && ends.length && setAnchor(e.currentTarget.getBoundingClientRect())}
          >
            <span>{now?.closed ? now.label : t('leads.close')}</span>
            {editable && ends.length > 0 && <IconChevronDown size={12} aria-hidden />}
          </button>
        </li>
      </ol>
      {anchor && (
        <PickMenu
          anchor={anchor}
          label={t('leads.close')}
          options={ends}
          value={lead.status}
          onPick={(status) => status !== lead.status && onStep(status)}
          onClose={() => setAnchor(null)}
        />
      )}
    </nav>
  );
}
