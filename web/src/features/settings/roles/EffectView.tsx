import { IconArrowRight, IconMinus, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '@/app/ui';
import { Avatar, Notice, StatusPill } from '@/components';
import { useAccessWords } from '@/components/explain';
import { useMe } from '@/session/session';
import c from './effect.module.css';
import type { AffectedUser, Effect, MovedRecords, Step } from './types';

/** What a change means: rights that come and go, and for whom. */
export function EffectView({ effect }: { effect: Effect }) {
  const { t } = useTranslation();
  const f = useFormat();
  const me = useMe();
  const { users, users_total: total, gains, loses, two_factor_required: factor, api_keys: keys } = effect;
  const changes = gains.length + loses.length > 0 || users.some((u) => u.records_gained + u.records_lost > 0);
  return (
    <div className={c.effect}>
      {effect.last_administrator && <Notice tone="neg">{t('roles.error.last_administrator')}</Notice>}
      {changes && users.some((u) => u.id === me.user.id) && (
        <Notice tone="warn">{t('roles.effect.you')}</Notice>
      )}
      <Steps title={t('roles.effect.gains')} steps={gains} tone="pos" />
      <Steps title={t('roles.effect.loses')} steps={loses} tone="neg" />
      {factor && (
        <section>
          <h3 className={c.effectHead}>{t('roles.effect.twoFactor')}</h3>
          <p className={c.hint}>
            {t(factor.to ? 'roles.save.twoFactorOn' : 'roles.save.twoFactorOff')}
            {factor.users_without > 0 &&
              ` ${t('roles.effect.withoutFactor', { count: factor.users_without, n: f.int(factor.users_without) })}`}
          </p>
        </section>
      )}
      {!changes && <p className={c.hint}>{t('roles.effect.noRules')}</p>}
      <section>
        <h3 className={c.effectHead}>
          {total > 0
            ? t(changes ? 'roles.effect.users' : 'settings.roles.users', { count: total, n: f.int(total) })
            : t('roles.effect.nobody')}
        </h3>
        {changes && users.length > 0 && (
          <ul className={c.users} tabIndex={0} aria-label={t('roles.effect.affected')}>
            {users.map((u) => (
              <User key={u.id} user={u} />
            ))}
          </ul>
        )}
        {changes && users.length < total && (
          <p className={c.hint}>{t('roles.effect.more', { n: f.int(total - users.length) })}</p>
        )}
      </section>
      {changes && keys.length > 0 && (
        <section>
          <h3 className={c.effectHead}>
            {t('roles.effect.keys', { count: effect.api_keys_total, n: f.int(effect.api_keys_total) })}
          </h3>
          <p className={c.hint}>
            <bdi>{keys.map((k) => k.name).join(', ')}</bdi>
            {keys.length < effect.api_keys_total &&
              ` ${t('roles.effect.more', { n: f.int(effect.api_keys_total - keys.length) })}`}
          </p>
        </section>
      )}
    </div>
  );
}

function Steps({ title, steps, tone }: { title: string; steps: Step[]; tone: 'pos' | 'neg' }) {
  const words = useAccessWords();
  const { t } = useTranslation();
  if (!steps.length) return null;
  const Icon = tone === 'pos' ? IconPlus : IconMinus;
  return (
    <section>
      <h3 className={c.effectHead}>
        <span className={c.sign} data-tone={tone}>
          <Icon size={12} stroke={2.6} aria-hidden />
        </span>
        {title}
      </h3>
      <dl className={c.steps}>
        {steps.map((s) => (
          <div key={s.key}>
            <dt>{words.either(s.key)}</dt>
            <dd>
              <span className="sr-only">{t('components.diffOld')} </span>
              <StatusPill label={words.value(s.from)} hue={words.hue(s.from)} />
              <IconArrowRight size={12} className="flip" aria-hidden />
              <span className="sr-only">{t('components.diffNew')} </span>
              <StatusPill label={words.value(s.to)} hue={words.hue(s.to)} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function User({ user }: { user: AffectedUser }) {
  const { t } = useTranslation();
  const f = useFormat();
  const words = useAccessWords();
  const list = (keys: string[]) => keys.map((k) => words.either(k)).join(', ');
  const { records_gained: gained, records_lost: lost } = user;
  const kinds = (of: (r: MovedRecords) => number) =>
    user.records
      .filter((r) => of(r) > 0)
      .map((r) => t(`roles.effect.kind.${r.kind}`, { count: of(r), n: f.int(of(r)) }))
      .join(', ');
  const [more, less] = [kinds((r) => r.gained), kinds((r) => r.lost)];
  return (
    <li>
      <Avatar name={user.name} size={24} />
      <span className={c.userText}>
        <span>
          <bdi>{user.name}</bdi>
        </span>
        {user.gains.length > 0 && <small>{t('roles.effect.userGains', { list: list(user.gains) })}</small>}
        {user.loses.length > 0 && <small>{t('roles.effect.userLoses', { list: list(user.loses) })}</small>}
        {more && <small>{t('roles.effect.seesMore', { list: more })}</small>}
        {less && <small>{t('roles.effect.seesLess', { list: less })}</small>}
      </span>
      <span className={c.counts}>
        {gained > 0 && (
          <span data-tone="pos">{t('roles.effect.gained', { count: gained, n: f.int(gained) })}</span>
        )}
        {lost > 0 && <span data-tone="neg">{t('roles.effect.lost', { count: lost, n: f.int(lost) })}</span>}
        {!gained && !lost && <span>{t('roles.effect.same')}</span>}
      </span>
    </li>
  );
}
