import { ActionIcon, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { type Entity, useNeighbours } from '@/data/lists';
import c from './record.module.css';

/** Up and down through the list one came from; nothing when the record was opened by its address. */
export function Neighbours({ entity, id, onGo }: { entity: Entity; id: string; onGo: (id: string) => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const at = useNeighbours(entity, id);
  if (!at) return null;
  const step = (to: string | null, label: string, Glyph: typeof IconChevronUp) => (
    <Tooltip label={label}>
      <ActionIcon
        size={24}
        aria-label={label}
        aria-disabled={!to}
        data-disabled={!to || undefined}
        onClick={() => to && onGo(to)}
      >
        <Glyph size={15} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
  return (
    <span className={c.steps}>
      <span className="num">
        {t('components.position', {
          n: f.int(at.index + 1),
          total: (at.estimate ? '~' : '') + f.int(at.total),
        })}
      </span>
      {step(at.previous, t('components.previous'), IconChevronUp)}
      {step(at.next, t('components.next'), IconChevronDown)}
    </span>
  );
}
