import { IconChevronRight } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Query } from '@/api/client';
import type { Entity } from '@/data/lists';
import { listOf } from '@/data/neighbours';
import { rememberPlace } from '@/data/place';
import { Avatar } from '../Values';
import { Neighbours } from './Neighbours';
import c from './record.module.css';

export type Tab = { key: string; label: string; content: ReactNode };
type Props = {
  back: { to: string; label: string };
  entity: Entity;
  /** The list it was opened from: as a word in the address, and as the server is asked for it. */
  list?: { word: string | undefined; params?: Query };
  id: string;
  name: string;
  pills?: ReactNode;
  actions?: ReactNode;
  facts: ReactNode;
  tabs: Tab[];
  tab: string;
  onTab: (key: string) => void;
  /** Above the tabs. */
  head?: ReactNode;
  /** Called with the record that may be looked at next. */
  onNear?: (id: string) => void;
};

type NavProps = Pick<Props, 'back' | 'entity' | 'list' | 'id' | 'onNear'> & { name?: string; tab?: string };

/** The way back to the list, and on through it; also while the record itself is still on its way. */
export function RecordNav({ back, entity, list, id, name, tab, onNear }: NavProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => rememberPlace(back.to, id), [back.to, id]);
  return (
    <nav className={c.crumbs} aria-label={t('components.breadcrumb')}>
      <Link to={back.to} search={listOf(list?.word) as never}>
        {back.label}
      </Link>
      <IconChevronRight size={13} className="flip" aria-hidden />
      <span className={c.ell} dir="auto">
        {name}
      </span>
      <span className={c.grow} />
      <Neighbours
        keys
        entity={entity}
        id={id}
        params={list?.params}
        onNear={onNear}
        onGo={(to) =>
          void navigate({
            to: `${back.to}/${to}`,
            search: { list: list?.word, tab } as never,
            replace: true,
          })
        }
      />
    </nav>
  );
}

/** Left: identity and facts. Right: tabs, the open one named in the URL. */
export function RecordLayout(props: Props) {
  const { back, entity, list, id, name, pills, actions, facts, tabs, tab, onTab, head, onNear } = props;
  const { t } = useTranslation();
  const open = tabs.find((x) => x.key === tab) ?? tabs[0];
  const onKey = (e: KeyboardEvent<HTMLDivElement>) => {
    const rtl = document.documentElement.dir === 'rtl';
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[e.key];
    if (!step || !open) return;
    const next = tabs[(tabs.indexOf(open) + step + tabs.length) % tabs.length];
    if (!next) return;
    onTab(next.key);
    document.getElementById(`tab-${next.key}`)?.focus();
  };
  return (
    <div className={c.record}>
      <div className={c.left}>
        <RecordNav
          {...{ back, entity, list, id, name, onNear }}
          tab={open === tabs[0] ? undefined : open?.key}
        />
        <div className={c.identity}>
          <Avatar name={name} size={44} />
          <div className={c.idText}>
            <h2 className={c.name}>{name}</h2>
            <div className={c.pills}>{pills}</div>
          </div>
        </div>
        {actions && <div className={c.actions}>{actions}</div>}
        {facts}
      </div>
      <div className={c.right}>
        {head}
        <div className={c.tabs} role="tablist" aria-label={t('components.sections')} onKeyDown={onKey}>
          {tabs.map((x) => (
            <button
              key={x.key}
              id={`tab-${x.key}`}
              type="button"
              role="tab"
              aria-selected={x === open}
              aria-controls="tab-panel"
              tabIndex={x === open ? 0 : -1}
              className={c.tab}
              onClick={() => onTab(x.key)}
            >
              {x.label}
            </button>
          ))}
        </div>
        <div
          id="tab-panel"
          role="tabpanel"
          aria-labelledby={`tab-${open?.key}`}
          tabIndex={0}
          className={c.panel}
        >
          {open?.content}
        </div>
      </div>
    </div>
  );
}

export function Facts({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={c.facts}>
      <h3 className={c.factsTitle}>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={c.fact} data-fact>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function RecordSkeleton({ nav }: { nav?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className={c.record} role="status" aria-label={t('components.loading')}>
      <div className={c.left}>
        {nav}
        <div className={c.identity} style={nav ? undefined : { marginTop: 32 }}>
          <span className="skeleton" style={{ width: 44, height: 44, borderRadius: '50%' }} />
          <span className="skeleton" style={{ width: 140, height: 14 }} />
        </div>
        {[70, 52, 84, 46, 63, 58, 75].map((w) => (
          <span key={w} className="skeleton" style={{ width: `${w}%`, display: 'block', margin: '20px 0' }} />
        ))}
      </div>
      <div className={c.right} />
    </div>
  );
}
