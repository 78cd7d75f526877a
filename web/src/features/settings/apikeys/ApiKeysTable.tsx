import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ApiKey } from '@/api/types';
import { useFormat } from '@/app/ui';
import { Code, type Hue, Ltr, RelativeTime, StatusPill } from '@/components';
import s from '../settings.module.css';
import c from './apikeys.module.css';
import { endsSoon } from './expiry';

const HUES: Record<ApiKey['status'], Hue> = { active: 'green', expired: 'amber', revoked: 'grey' };

export function ApiKeysTable({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const { t } = useTranslation();
  const f = useFormat();
  const head = (key: string) => <th scope="col">{t(`apikeys.field.${key}`)}</th>;
  return (
    <div className={s.tableWrap}>
      <table className={s.table}>
        <thead>
          <tr>
            {head('name')}
            {head('role')}
            {head('status')}
            {head('expires')}
            {head('lastUsed')}
            {head('created')}
            <th scope="col">
              <span className="sr-only">{t('apikeys.revoke')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} data-key={key.id}>
              <th scope="row">
                <span className={c.name}>
                  <span dir="auto">{key.name}</span>
                  <Code>{key.prefix}…</Code>
                </span>
              </th>
              <td className={s.nowrap}>{key.role_name}</td>
              <td>
                <StatusPill label={t(`apikeys.state.${key.status}`)} hue={HUES[key.status] ?? 'grey'} />
              </td>
              <td className={s.nowrap}>
                {key.expires_at ? (
                  <time
                    dateTime={key.expires_at}
                    className={key.status === 'active' && endsSoon(key.expires_at) ? c.soon : undefined}
                  >
                    {f.date(key.expires_at)}
                  </time>
                ) : (
                  t('apikeys.expiry.never')
                )}
              </td>
              <td className={s.nowrap}>
                <RelativeTime
                  at={key.last_used_at}
                  empty={<span className="dim">{t('apikeys.unused')}</span>}
                />
                {key.last_used_at && key.last_used_ip && (
                  <>
                    {' · '}
                    <Ltr>{key.last_used_ip}</Ltr>
                  </>
                )}
              </td>
              <td className={s.nowrap}>
                <RelativeTime at={key.created_at} />
                {key.created_by && <> · {key.created_by.name}</>}
              </td>
              <td className={c.end}>
                {key.status === 'active' && (
                  <Button variant="default" size="compact-sm" onClick={() => onRevoke(key)}>
                    {t('apikeys.revoke')}
                    <span className="sr-only"> {key.name}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
