import '@mantine/spotlight/styles.layer.css';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  type Icon,
  IconAddressBook,
  IconAffiliate,
  IconBriefcase,
  IconBulb,
  IconCalendarCheck,
  IconProgress,
  IconSearch,
  IconTargetArrow,
  IconUserCog,
  IconUsers,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FoundItem, FoundType } from '@/api/types';
import { Avatar, Kbd } from '@/components';
import { fold, foldedWords, hasWords, highlights } from '@/lib/fold';
import { nearlyHas } from '@/lib/slips';
import { useCan, useSession } from '@/session/session';
import { useFound } from './found';
import c from './Palette.module.css';
import { readVisits, type Visit } from './recent';
import { type Command, useCommands } from './useCommands';
import { useRunning } from './useRunning';

const [store, spotlight] = createSpotlight();

/** Results come later than the keys: Enter always takes what stands on top, unless the arrows chose otherwise. */
function chooseFirst() {
  const list = document.getElementById(store.getState().listId);
  for (const old of list?.querySelectorAll('[data-selected]') ?? []) old.removeAttribute('data-selected');
  list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true');
  store.updateState((s) => ({ ...s, selected: 0 }));
}

type Kind = { group: string; icon: Icon; list: string; needs: string; open: (id: string) => string | null };
const KINDS: Record<FoundType, Kind> = {
  client: {
    group: 'clients',
    icon: IconUsers,
    list: '/clients',
    needs: 'clients.read',
    open: (id) => `/clients/${id}`,
  },
  lead: {
    group: 'leads',
    icon: IconTargetArrow,
    list: '/leads',
    needs: 'leads.read',
    open: (id) => `/leads/${id}`,
  },
  contact: {
    group: 'contacts',
    icon: IconAddressBook,
    list: '/contacts',
    needs: 'contacts.read',
    open: (id) => `/contacts/${id}`,
  },
  opportunity: {
    group: 'opportunities',
    icon: IconBulb,
    list: '/opportunities',
    needs: 'opportunities.read',
    open: (id) => `/opportunities/${id}`,
  },
  deal: {
    group: 'deals',
    icon: IconBriefcase,
    list: '/deals',
    needs: 'deals.read',
    open: (id) => `/deals/${id}`,
  },
  activity: {
    group: 'activities',
    icon: IconCalendarCheck,
    list: '/activities',
    needs: 'activities.read',
    open: () => null,
  },
  // a partner has no page of its own: its list shows it alone
  partner: {
    group: 'partners',
    icon: IconAffiliate,
    list: '/partners',
    needs: 'partners.read',
    open: () => null,
  },
  user: {
    group: 'users',
    icon: IconUserCog,
    list: '/settings/users',
    needs: 'users.read',
    open: (id) => `/settings/users/${id}`,
  },
};

/** Everything by keyboard: people found by the server, what was open before, pages and actions. */
export function Palette({ signal, onShortcuts }: { signal: number; onShortcuts: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const { state } = useSession();
  const user = state.phase === 'ready' ? state.me.user.id : '';
  const [query, setQuery] = useState('');
  const [visits, setVisits] = useState<Visit[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every signal opens it again, empty
  useEffect(() => {
    setQuery('');
    setVisits(readVisits(user));
    spotlight.open();
  }, [signal]);
  const text = query.trim();
  const words = foldedWords(text);
  const found = useFound(query);
  const running = useRunning(words);
  const known = useCommands(onShortcuts);
  const named = (x: Command) => `${x.label} ${x.within ?? ''}`;
  const exact = known.filter((x) => hasWords(named(x), words));
  // a slip of the finger is forgiven when nothing is called so, and not before the people are known that it may mean
  const similar = !exact.length && !found.waiting;
  const commands = similar ? known.filter((x) => nearlyHas(named(x), words)) : exact;
  // what begins as it was typed stands before what merely contains it
  const begins = (x: Command) => Number(!fold(x.label).startsWith(words[0] ?? ''));
  if (text) commands.sort((a, b) => begins(a) - begins(b));
  const everywhere =
    text.length > 1
      ? (['client', 'lead', 'contact', 'opportunity', 'deal'] as const).filter((kind) =>
          can(KINDS[kind].needs),
        )
      : [];
  const shown = [
    ...running.map((j) => j.id),
    ...found.groups.flatMap((g) => g.items.map((i) => i.id)),
    ...commands.map((x) => x.id),
  ].join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the list is another one
  useLayoutEffect(() => {
    if (text) chooseFirst();
  }, [shown]);

  const openItem = (kind: FoundType, item: Pick<FoundItem, 'id' | 'title'>) => {
    // an activity is opened where activities are
    if (kind === 'activity')
      return void navigate({ to: '/activities', search: { tab: 'all', task: item.id } as never });
    const to = KINDS[kind].open(item.id);
    void navigate(to ? { to } : { to: KINDS[kind].list, search: { q: item.title } as never });
  };
  return (
    <Spotlight.Root
      store={store}
      attributes={{ content: { 'aria-label': t('staff.palette.label') } }}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      size={640}
      radius="md"
      scrollable
      maxHeight={480}
      classNames={{ content: c.content, search: c.search, action: c.action }}
      overlayProps={{ backgroundOpacity: 0.3 }}
    >
      <Spotlight.Search
        placeholder={t('staff.palette.placeholder')}
        aria-label={t('staff.palette.placeholder')}
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {!text && visits.length > 0 && (
          <Spotlight.ActionsGroup label={t('staff.palette.recent')}>
            {visits.map((v) => (
              <Spotlight.Action key={v.id} onClick={() => openItem(v.type, v)}>
                <Row lead={<Avatar name={v.title} size={22} />} kind={v.type} country={v.country}>
                  <bdi>{v.title}</bdi>
                </Row>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {running.length > 0 && (
          <Spotlight.ActionsGroup label={t('staff.palette.running')}>
            {running.map((j) => (
              <Spotlight.Action key={j.id} onClick={() => void navigate({ to: j.to })}>
                <span className={c.row}>
                  <IconProgress size={16} aria-hidden />
                  <span className={c.grow}>
                    <bdi>{j.title}</bdi>
                  </span>
                  <span className={c.note}>{j.state}</span>
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {found.groups.map((g) => (
          <Spotlight.ActionsGroup key={g.type} label={t(`staff.nav.${KINDS[g.type].group}`)}>
            {g.items.map((item) => (
              <Spotlight.Action key={item.id} onClick={() => openItem(g.type, item)}>
                <Row
                  lead={<Avatar name={item.title} size={22} />}
                  kind={g.type}
                  country={item.country}
                  note={item.match === 'similar' ? t('staff.palette.similar') : undefined}
                >
                  <bdi>
                    <Marked text={item.title} words={words} />
                  </bdi>
                  {item.subtitle && (
                    <small>
                      <bdi>
                        <Marked text={item.subtitle} words={item.masked.length ? [] : words} />
                      </bdi>
                    </small>
                  )}
                </Row>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {found.waiting && <Waiting />}
        {(['go', 'actions'] as const).map((group) => {
          const list = commands.filter((x) => x.group === group);
          return list.length ? (
            <Spotlight.ActionsGroup key={group} label={t(`staff.palette.${group}`)}>
              {list.map((x) => (
                <Spotlight.Action key={x.id} onClick={x.run}>
                  <span className={c.row}>
                    <x.icon size={16} aria-hidden />
                    <span className={c.grow}>
                      {x.within && <span className={c.within}>{x.within} › </span>}
                      <Marked text={x.label} words={words} />
                    </span>
                    {similar && text && <span className={c.note}>{t('staff.palette.nearly')}</span>}
                    {x.keys && <Kbd>{x.keys}</Kbd>}
                  </span>
                </Spotlight.Action>
              ))}
            </Spotlight.ActionsGroup>
          ) : null;
        })}
        {everywhere.length > 0 && (
          <Spotlight.ActionsGroup label={t('staff.palette.lists')}>
            {everywhere.map((kind) => (
              <Spotlight.Action
                key={kind}
                onClick={() => void navigate({ to: KINDS[kind].list, search: { q: text } as never })}
              >
                <span className={c.row}>
                  <IconSearch size={16} aria-hidden />
                  <span className={c.grow}>{t(`staff.palette.all.${kind}`, { text })}</span>
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {!found.waiting && !found.groups.length && !commands.length && !running.length && (
          <p className={c.nothing}>{t(found.failed ? 'staff.palette.failed' : 'staff.palette.empty')}</p>
        )}
      </Spotlight.ActionsList>
      <p className={c.foot} role="status">
        {found.partial ? (
          t('staff.palette.partial')
        ) : (
          <span aria-hidden className={c.keys}>
            <Kbd>↑</Kbd>
            <Kbd>↓</Kbd> {t('staff.palette.choose')}
            <Kbd>↵</Kbd> {t('staff.palette.open')}
            <Kbd>Esc</Kbd> {t('staff.palette.close')}
          </span>
        )}
      </p>
    </Spotlight.Root>
  );
}

type RowProps = {
  lead: ReactNode;
  kind: FoundType;
  country?: string | null;
  note?: string;
  children: ReactNode;
};
function Row({ lead, kind, country, note, children }: RowProps) {
  const KindIcon = KINDS[kind].icon;
  return (
    <span className={c.row}>
      {lead}
      <span className={c.grow}>{children}</span>
      {note && <span className={c.note}>{note}</span>}
      {country && <span className={c.country}>{country}</span>}
      <KindIcon size={15} aria-hidden />
    </span>
  );
}

function Marked({ text, words }: { text: string; words: readonly string[] }) {
  const pieces = highlights(text, words);
  return pieces.map((piece, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text, in their order
    piece.hit ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>,
  );
}

/** Rows of the real height, so that nothing jumps when the answer is there. */
function Waiting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('staff.palette.searching')} className={c.waiting}>
      {[62, 48, 55].map((width) => (
        <span key={width} className={c.ghost}>
          <span className="skeleton" style={{ width: 22, height: 22, borderRadius: 11 }} />
          <span className="skeleton" style={{ width: `${width}%`, height: 10 }} />
        </span>
      ))}
    </div>
  );
}
