import { ActionIcon, Popover } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { shortcutAllowed } from '@/lib/keys';
import c from './notifications.module.css';
import { Panel } from './Panel';
import { notificationsQuery } from './query';

/** How many notifications are unread, everywhere in the app; N opens them. */
export function Bell() {
  const { t } = useTranslation();
  const f = useFormat();
  const [opened, setOpened] = useState(false);
  const { data } = useQuery(notificationsQuery);
  const unread = data?.unread ?? 0;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key !== 'n' || !shortcutAllowed(e)) return;
      e.preventDefault();
      setOpened(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  // what is seen on the bell is a part of its name, for those who speak to the page
  const count = unread > 99 ? '99+' : f.int(unread);
  const label = unread ? t('notifications.unread', { count: unread, n: count }) : t('notifications.title');
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={360} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          className={c.bell}
          aria-label={label}
          aria-expanded={opened}
          data-testid="bell"
          onClick={() => setOpened((v) => !v)}
        >
          <IconBell size={17} />
          {unread > 0 && (
            <span className={c.count} aria-hidden>
              {count}
            </span>
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className={c.pop} aria-label={t('notifications.title')}>
        {opened && <Panel onClose={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}
