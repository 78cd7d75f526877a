import { Button } from '@mantine/core';
import { IconExternalLink } from '@tabler/icons-react';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useUi } from '@/app/ui';
import { CopyButton, StatusPill } from '@/components';
import general from '../general/general.module.css';
import c from './registration.module.css';
import { snippet } from './snippet';

/** Where the form lives, and a piece of HTML for the company's own site. */
export function FormLink({ enabled }: { enabled: boolean }) {
  const { t } = useTranslation();
  const { branding } = useUi();
  const id = useId();
  const url = `${window.location.origin}/register`;
  const html = snippet(url, t('registration.linkText', { company: branding.name }));
  return (
    <section className={general.section} aria-labelledby={id}>
      <div className={general.about}>
        <h2 id={id}>{t('registration.form')}</h2>
        <p>{t('registration.formAbout')}</p>
      </div>
      <div className={c.link}>
        <div className={c.row}>
          <StatusPill
            label={t(enabled ? 'registration.open' : 'registration.closed')}
            hue={enabled ? 'green' : 'grey'}
          />
          <a className={c.url} href={url} target="_blank" rel="noreferrer" dir="ltr">
            {url}
          </a>
          <CopyButton value={url} label={t('registration.copyLink')} />
        </div>
        <figure className={c.snippet}>
          <figcaption>
            <span>{t('registration.embed')}</span>
            <CopyButton value={html} label={t('registration.copyHtml')} />
          </figcaption>
          <pre dir="ltr" tabIndex={0}>
            {html}
          </pre>
        </figure>
        <div>
          <Button
            component="a"
            href={url}
            target="_blank"
            rel="noreferrer"
            variant="default"
            leftSection={<IconExternalLink size={14} aria-hidden />}
          >
            {t('registration.look')}
          </Button>
        </div>
      </div>
    </section>
  );
}
