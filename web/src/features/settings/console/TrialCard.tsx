import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Code, Dash, Person, RelativeTime, StatusPill } from '@/components';
import { useAccessWords, useCatalogue } from '@/components/explain';
import { useCan } from '@/session/session';
import c from './console.module.css';
import { type GivenArea, givenByArea, reasonOf, scopesIn } from './reasons';
import type { Trial } from './types';

/** What a token would give: whether it is good, what it says, whom it acts as, what that person may do. */
export function TrialCard({ trial }: { trial: Trial }) {
  const { t } = useTranslation();
  const f = useFormat();
  const catalogue = useCatalogue().data;
  const { accepted, claims, user } = trial;
  const reason = trial.reason ? reasonOf(trial.reason) : null;
  const areas = givenByArea(trial.permissions, catalogue?.permissions ?? []);
  const total = areas.reduce((n, a) => n + a.given.length, 0);
  const Icon = accepted ? IconCircleCheck : IconCircleX;
  return (
    <section className={c.card} aria-label={t('console.result')} data-testid="trial">
      <div className={c.verdict} data-tone={accepted ? 'pos' : 'neg'}>
        <Icon size={18} stroke={1.8} aria-hidden />
        <div>
          <strong>{t(accepted ? 'console.accepted' : 'console.refused')}</strong>
          {trial.reason && (
            <p dir={reason ? undefined : 'auto'}>
              {reason ? t(`console.reason.${reason.key}`, { what: reason.what }) : trial.reason}
            </p>
          )}
        </div>
      </div>
      {claims && (
        <Part title={t('console.says')}>
          <dl className={c.facts}>
            <Fact name={t('console.claim.subject')}>
              <Code>{claims.subject}</Code>
            </Fact>
            <Fact name={t('console.claim.role')}>{claims.role ? <Code>{claims.role}</Code> : <Dash />}</Fact>
            <Fact name={t('console.claim.name')}>{claims.name ? <bdi>{claims.name}</bdi> : <Dash />}</Fact>
            <Fact name={t('console.claim.email')}>
              {claims.email ? <bdi dir="ltr">{claims.email}</bdi> : <Dash />}
            </Fact>
            <Fact name={t('console.claim.expires')}>
              {f.dateTime(claims.expires_at)} · <RelativeTime at={claims.expires_at} />
            </Fact>
          </dl>
        </Part>
      )}
      {user && (
        <Part title={t('console.actsAs')}>
          <ActsAs user={user} />
        </Part>
      )}
      {accepted && (
        <Part title={t('console.may', { count: total, n: f.int(total) })}>
          {total ? <Areas areas={areas} /> : <p className={c.hint}>{t('console.mayNothing')}</p>}
        </Part>
      )}
    </section>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={c.part}>
      <h3>{title}</h3>
      {children}
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function ActsAs({ user }: { user: NonNullable<Trial['user']> }) {
  const { t } = useTranslation();
  const mayLook = useCan()('users.read');
  const who = user.name || user.email;
  return (
    <div className={c.who}>
      {user.id && who ? (
        <span className={c.person}>
          {mayLook ? (
            <Link to="/settings/users/$userId" params={{ userId: user.id } as never}>
              <Person name={who} size={22} />
            </Link>
          ) : (
            <Person name={who} size={22} />
          )}
          {user.email && user.email !== who && (
            <bdi dir="ltr" className={c.meta}>
              {user.email}
            </bdi>
          )}
        </span>
      ) : (
        <span>{t('console.newUser')}</span>
      )}
      <StatusPill label={user.role} hue="violet" />
    </div>
  );
}

function Areas({ areas }: { areas: GivenArea[] }) {
  const words = useAccessWords();
  const f = useFormat();
  return (
    <div className={c.areas}>
      {areas.map(({ area, given }) => (
        <details key={area}>
          <summary>
            <span className={c.area}>{words.area(area)}</span>
            <span className={c.count}>{f.int(given.length)}</span>
            <span className={c.pills}>
              {scopesIn(given).map((scope) => (
                <StatusPill key={scope} label={words.value(scope)} hue={words.hue(scope)} />
              ))}
            </span>
          </summary>
          <ul className={c.given}>
            {given.map(({ key, scope }) => (
              <li key={key} className={c.right}>
                <span>{words.can(key)}</span>
                <StatusPill label={words.value(scope)} hue={words.hue(scope)} />
              </li>
            ))}
          </ul>
        </details>
      ))}
    </div>
  );
}
