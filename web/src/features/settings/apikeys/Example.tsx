import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/components';
import c from './apikeys.module.css';
import { curlExample } from './expiry';

/** How a program says who it is, with this company's own address. */
export function Example({ apiKey }: { apiKey?: string }) {
  const { t } = useTranslation();
  const text = curlExample(window.location.origin, apiKey);
  return (
    <figure className={c.example}>
      <figcaption>
        <span>{t('apikeys.example')}</span>
        <CopyButton value={text} label={t('apikeys.copyExample')} />
      </figcaption>
      <pre dir="ltr" tabIndex={0}>
        {text}
      </pre>
    </figure>
  );
}
