import { useTranslation } from 'react-i18next';
import { CopyButton, StatusPill } from '@/components';
import c from './console.module.css';
import { Section } from './Section';

/** What the page is for, and the address that the other program calls. */
export function AddressSection({ ready }: { ready: boolean }) {
  const { t } = useTranslation();
  const url = `${window.location.origin}/admin`;
  const example = `curl "${url}/me" \\\n  -H "Authorization: Bearer <token>"`;
  return (
    <Section title={t('console.address')} about={<p>{t('console.what')}</p>}>
      <div className={c.address}>
        <StatusPill label={t(ready ? 'console.ready' : 'console.notReady')} hue={ready ? 'green' : 'grey'} />
        <code dir="ltr" data-testid="console-address">
          {url}
        </code>
        <CopyButton value={url} label={t('console.copyAddress')} />
      </div>
      <figure className={c.example}>
        <figcaption>
          <span>{t('console.example')}</span>
          <CopyButton value={example} label={t('console.copyExample')} />
        </figcaption>
        <pre dir="ltr" tabIndex={0}>
          {example}
        </pre>
      </figure>
    </Section>
  );
}
