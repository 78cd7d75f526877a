import { IconHistory } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { tenantApi as api } from '@/api/client';
import { useFormat } from '@/app/ui';
import { Ltr } from '@/components';
import { useCan } from '@/session/session';
import o from './clients.module.css';
import c from './consents.module.css';

/** How a client came in by themselves and what they agreed to. Nothing for everybody else. */
export function ClientConsents({ id }: { id: string }) {
  const { t } = useTranslation();
  const f = useFormat();
  const can = useCan();
  const { data } = useQuery({
    queryKey: ['clients', 'consents', id],
    queryFn: ({ signal }) => api.get('/clients/{id}/consents', { path: { id }, signal }),
    meta: { silent: true },
  });
  const registration = data?.registration;
  const consents = data?.consents ?? [];
  if (!registration && !consents.length) return null;
  return (
    <section>
      <h3 className={o.head}>{t('clients.consents.title')}</h3>
      <dl className={o.details}>
        {registration && (
          <>
            <div>
              <dt>{t('clients.consents.submitted')}</dt>
              <dd>{f.dateTime(registration.submitted_at)}</dd>
            </div>
            <div>
              <dt>{t('clients.consents.verified')}</dt>
              <dd>{f.dateTime(registration.verified_at)}</dd>
            </div>
            {registration.partner_name && (
              <div>
                <dt>{t('clients.consents.partner')}</dt>
                <dd>
                  <bdi>{registration.partner_name}</bdi>
                </dd>
              </div>
            )}
            {registration.lead_id && can('leads.read') && (
              <div>
                <dt>{t('clients.consents.lead')}</dt>
                <dd>
                  <Link to={`/leads/${registration.lead_id}`} className={c.link}>
                    {t('clients.consents.openLead')}
                  </Link>
                </dd>
              </div>
            )}
          </>
        )}
        {consents.length > 0 && (
          <div>
            <dt>{t('clients.consents.agreed')}</dt>
            <dd>
              <ul className={c.list}>
                {consents.map((x) => (
                  <li key={`${x.key} ${x.version} ${x.at}`}>
                    <span dir="auto">{x.title ?? x.key}</span>
                    <span className={c.note}>
                      {t('clients.consents.version', { version: x.version })} · {f.dateTime(x.at)}
                      {x.ip && (
                        <>
                          {' · '}
                          <Ltr>{x.ip}</Ltr>
                        </>
                      )}
                      {x.outdated && (
                        <span className={c.outdated}>
                          <IconHistory size={13} aria-hidden />
                          {t('clients.consents.outdated')}
                        </span>
                      )}
                    </span>
                  </li>
                ))}
              </ul>
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}
