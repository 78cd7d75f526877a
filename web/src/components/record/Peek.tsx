import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconArrowsDiagonal, IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/data/lists';
import { Avatar } from '../Values';
import { Neighbours } from './Neighbours';
import c from './record.module.css';

type Props = {
  entity: Entity;
  id: string;
  name: string;
  pills: ReactNode;
  children: ReactNode;
  onGo: (id: string) => void;
  onOpen: () => void;
  onClose: () => void;
};

/** A record beside its list. The list stays in reach: nothing is dimmed, and the focus does not move. */
export function Peek({ entity, id, name, pills, children, onGo, onOpen, onClose }: Props) {
  const { t } = useTranslation();
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
        <Neighbours entity={entity} id={id} onGo={onGo} />
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
        {children}
      </div>
    </aside>
  );
}
