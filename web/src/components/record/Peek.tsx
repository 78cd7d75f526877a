import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import type { RecordEntity } from '@/data/neighbours';
import { Avatar } from '../Values';
import { Neighbours } from './Neighbours';
import c from './record.module.css';

type Props = {
  entity: RecordEntity;
  /** The list beside it, as the server is asked for it. */
  params: Query;
  id: string;
  name: string;
  pills: ReactNode;
  /** The same as on the page, fewer of them; the open one stays open from record to record. */
  tabs: { key: string; label: string; content: ReactNode }[];
  onGo: (id: string) => void;
  onOpen: () => void;
  onClose: () => void;
};

/** A record beside its list. The list stays in reach: nothing is dimmed, and the focus does not move. */
export function Peek({ entity, params, id, name, pills, tabs, onGo, onOpen, onClose }: Props) {
  const { t } = useTranslation();
  const [tab, setTab] = useState<string | null>(null);
  const open = tabs.find((x) => x.key === tab) ?? tabs[0];
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (
        e.key === 'Escape' &&
        !e.defaultPrevented &&
        !document.querySelector('[role=dialog],[role=listbox]')
      )
        close.current();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <aside className={c.peek} aria-label={name} data-testid="peek">
      <div className={c.peekBar}>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconArrowsDiagonal size={14} aria-hidden />}
          onClick={onOpen}
        >
          {t('components.openPage')}
        </Button>
        <span className={c.grow} />
        <Neighbours entity={entity} id={id} params={params} onGo={onGo} />
        <Tooltip label={t('components.close')}>
          <ActionIcon size={24} aria-label={t('components.close')} onClick={onClose}>
            <IconX size={15} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </div>
      <div key={id} className={c.peekBody}>
        <div className={c.identity}>
          <Avatar name={name} size={44} />
          <div className={c.idText}>
            <h2 className={c.name}>{name}</h2>
            <div className={c.pills}>{pills}</div>
          </div>
        </div>
        {tabs.length > 1 && (
          <div className={c.peekTabs} role="group" aria-label={t('components.sections')}>
            {tabs.map((x) => (
              <button
                key={x.key}
                type="button"
                className={c.tab}
                aria-pressed={x === open}
                onClick={() => setTab(x.key)}
              >
                {x.label}
              </button>
            ))}
          </div>
        )}
        {open?.content}
      </div>
    </aside>
  );
}
