import '@mantine/spotlight/styles.layer.css';
import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  type Icon,
  IconKeyboard,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconPlus,
  IconSearch,
  IconSun,
} from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import type { Client, Lead, List } from '@/api/types';
import { useUi } from '@/app/ui';
import { Avatar, Kbd } from '@/components';
import { useCan, useSession } from '@/session/session';
import { ACCOUNT_NAV, allowedItems, MAIN_NAV, SETTINGS_NAV } from '../nav';
import { createActions } from '../Shell/createActions';
import c from './Palette.module.css';

const [store, spotlight] = createSpotlight();

/** Results come later than the keys: Enter always takes what stands on top, unless the arrows chose otherwise. */
function chooseFirst() {
  const list = document.getElementById(store.getState().listId);
  for (const old of list?.querySelectorAll('[data-selected]') ?? []) old.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((s) => ({ ...s, selected: 0 }));
}

type Command = { group: 'go' | 'actions'; label: string; icon: Icon; keys?: string; run: () => void };

function useCommands(onShortcuts: () => void): Command[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const { locale, changeLocale } = useUi();
  const { signOut } = useSession();
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  return [
    ...[...allowedItems([...MAIN_NAV, ...SETTINGS_NAV], can), ACCOUNT_NAV].map<Command>((i) => ({
      group: 'go',
      label: t(`staff.nav.${i.key}`),
      icon: i.icon,
      keys: i.letter ? `G ${i.letter.toUpperCase()}` : undefined,
      run: () => void navigate({ to: i.to }),
    })),
    ...createActions(can).map<Command>((a) => ({
      group: 'actions',
      label: t(`staff.create.${a.key}`),
      icon: IconPlus,
      run: () => void navigate({ to: a.to, search: { new: '1' } as never }),
    })),
    {
      group: 'actions',
      label: scheme === 'dark' ? t('staff.useLight') : t('staff.useDark'),
      icon: scheme === 'dark' ? IconSun : IconMoon,
      keys: 'Alt T',
      run: () => setColorScheme(scheme === 'dark' ? 'light' : 'dark'),
    },
    {
      group: 'actions',
      label: locale === 'ar' ? t('staff.palette.english') : t('staff.palette.arabic'),
      icon: IconLanguage,
      run: () => void changeLocale(locale === 'ar' ? 'en' : 'ar'),
    },
    {
      group: 'actions',
      label: t('staff.shortcuts.title'),
      icon: IconKeyboard,
      keys: '?',
      run: onShortcuts,
    },
    { group: 'actions', label: t('staff.signOut'), icon: IconLogout, run: () => void signOut() },
  ];
}

function usePeople(kind: 'clients' | 'leads', query: string, typed: string) {
  const can = useCan();
  const enabled = query.trim().length > 1 && can(`${kind}.read`);
  const found = useQuery({
    queryKey: [kind, 'palette', query],
    queryFn: ({ signal }) =>
      api.call<List<Client | Lead>>('get', `/${kind}`, { query: { search: query.trim(), limit: 5 }, signal }),
    enabled,
    placeholderData: keepPreviousData,
  });
  const rows = enabled ? (found.data?.data ?? []) : [];
  // until the answer is there, who was found before stays only if it still fits: Enter must not open a stranger
  const late = found.isPlaceholderData || query !== typed;
  const fits = (r: Client | Lead) =>
    `${r.name} ${r.email}`.toLowerCase().includes(typed.trim().toLowerCase());
  return { rows: late ? rows.filter(fits) : rows, busy: enabled && found.isFetching };
}

/** Everything by keyboard: pages, actions, and people found by the server. */
export function Palette({ signal, onShortcuts }: { signal: number; onShortcuts: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const [settled] = useDebouncedValue(query, 140);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every signal opens it again, empty
  useEffect(() => {
    setQuery('');
    spotlight.open();
  }, [signal]);
  const needle = query.trim().toLowerCase();
  const commands = useCommands(onShortcuts).filter((x) => x.label.toLowerCase().includes(needle));
  const clients = usePeople('clients', settled, query);
  const leads = usePeople('leads', settled, query);
  const people = [
    ['clients', clients.rows],
    ['leads', leads.rows],
  ] as const;
  const shown = [
    ...people.flatMap(([, rows]) => rows.map((r) => r.id)),
    ...commands.map((x) => x.label),
  ].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the list is another one
  useLayoutEffect(() => {
    if (needle) chooseFirst();
  }, [shown]);
  const nobody = people.every(([, rows]) => !rows.length);
  return (
    <Spotlight.Root
      store={store}
      attributes={{ content: { 'aria-label': t('staff.palette.label') } }}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      size={600}
      radius="md"
      scrollable
      maxHeight={440}
      classNames={{ content: c.content, search: c.search, action: c.action }}
      overlayProps={{ backgroundOpacity: 0.3 }}
    >
      <Spotlight.Search
        placeholder={t('staff.palette.placeholder')}
        aria-label={t('staff.palette.placeholder')}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {people.map(
          ([kind, rows]) =>
            rows.length > 0 && (
              <Spotlight.ActionsGroup key={kind} label={t(`staff.nav.${kind}`)}>
                {rows.map((r) => (
                  <Spotlight.Action key={r.id} onClick={() => void navigate({ to: `/${kind}/${r.id}` })}>
                    <span className={c.row}>
                      <Avatar name={r.name} size={22} />
                      <span className={c.grow}>
                        {r.name}
                        <small>
                          <bdi>{r.email}</bdi>
                        </small>
                      </span>
                      {r.country && <Kbd>{r.country}</Kbd>}
                    </span>
                  </Spotlight.Action>
                ))}
              </Spotlight.ActionsGroup>
            ),
        )}
        {(['go', 'actions'] as const).map((group) => {
          const list = commands.filter((x) => x.group === group);
          return list.length ? (
            <Spotlight.ActionsGroup key={group} label={t(`staff.palette.${group}`)}>
              {list.map((x) => (
                <Spotlight.Action key={x.label} onClick={x.run}>
                  <span className={c.row}>
                    <x.icon size={16} aria-hidden />
                    <span className={c.grow}>{x.label}</span>
                    {x.keys && <Kbd>{x.keys}</Kbd>}
                  </span>
                </Spotlight.Action>
              ))}
            </Spotlight.ActionsGroup>
          ) : null;
        })}
        {nobody && !commands.length && (
          <Spotlight.Empty>
            {clients.busy || leads.busy || settled !== query
              ? t('staff.palette.searching')
              : t('staff.palette.empty')}
          </Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
