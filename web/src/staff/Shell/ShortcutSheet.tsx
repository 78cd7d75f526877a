import { Modal, Switch } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Kbd } from '@/components';
import { setShortcuts, shortcutsOn } from '@/lib/keys';
import c from './Shell.module.css';

const GROUPS: [string, [string, string[]][]][] = [
  [
    'general',
    [
      ['palette', ['Ctrl', 'K']],
      ['find', ['/']],
      ['create', ['C']],
      ['notifications', ['N']],
      ['sidebar', ['[']],
      ['scheme', ['Alt', 'T']],
      ['sheet', ['?']],
    ],
  ],
  [
    'go',
    [
      ['dashboard', ['G', 'D']],
      ['activities', ['G', 'T']],
      ['leads', ['G', 'L']],
      ['clients', ['G', 'C']],
      ['contacts', ['G', 'N']],
      ['opportunities', ['G', 'O']],
      ['deals', ['G', 'S']],
      ['reports', ['G', 'R']],
      ['partners', ['G', 'P']],
    ],
  ],
  [
    'lists',
    [
      ['move', ['J', 'K']],
      ['select', ['X']],
      ['range', ['Shift', 'Click']],
      ['open', ['Enter']],
      ['edit', ['E']],
      ['status', ['S']],
      ['assign', ['A']],
      ['tick', ['X']],
      ['moveInCalendar', ['Alt', 'Arrow']],
      ['sortMore', ['Shift', 'Click']],
    ],
  ],
  [
    'board',
    [
      ['lift', ['Space']],
      ['carry', ['↑', '↓', '←', '→']],
      ['putBack', ['Esc']],
      ['moveTo', ['M']],
    ],
  ],
];

export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [on, setOn] = useState(shortcutsOn);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('staff.shortcuts.title')}
      size={640}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <div className={c.sheet}>
        {GROUPS.map(([group, keys]) => (
          <section key={group}>
            <h3>{t(`staff.shortcuts.${group}`)}</h3>
            <dl>
              {keys.map(([key, parts]) => (
                <div key={key}>
                  <dt>{t(group === 'go' ? `staff.nav.${key}` : `staff.shortcuts.key.${key}`)}</dt>
                  <dd dir="ltr">
                    {parts.map((p) => (
                      <Kbd key={p}>{p}</Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <Switch
        mt="lg"
        size="sm"
        label={t('staff.shortcuts.letters')}
        checked={on}
        onChange={(e) => {
          setOn(e.currentTarget.checked);
          setShortcuts(e.currentTarget.checked);
        }}
      />
    </Modal>
  );
}
