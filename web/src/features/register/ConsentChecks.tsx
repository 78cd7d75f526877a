import { Checkbox, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormConsent } from '@/api/public';
import { Markdown } from '@/components/markdown';
import v from '@/components/visitor/visitor.module.css';
import c from './register.module.css';

type Props = {
  consents: readonly FormConsent[];
  agreed: readonly string[];
  error: (key: string) => string | undefined;
  onChange: (key: string, on: boolean) => void;
};

/** What there is to agree to: a tick each, and the text one click away. */
export function ConsentChecks({ consents, agreed, error, onChange }: Props) {
  const { t } = useTranslation();
  const [reading, setReading] = useState<FormConsent | null>(null);
  if (!consents.length) return null;
  return (
    <fieldset className={c.consents}>
      <legend className="sr-only">{t('register.consents')}</legend>
      {consents.map((x) => (
        <div key={x.key} className={c.consent}>
          <Checkbox
            size="sm"
            name={`consents.${x.key}`}
            checked={agreed.includes(x.key)}
            onChange={(e) => onChange(x.key, e.currentTarget.checked)}
            error={error(x.key)}
            label={
              <span lang={x.locale ?? undefined} dir="auto">
                {x.title}
                {!x.required && <span className="dim"> {t('components.optional')}</span>}
              </span>
            }
          />
          <button type="button" className={c.read} onClick={() => setReading(x)}>
            {t('register.read')}
            <span className="sr-only">: {x.title}</span>
          </button>
        </div>
      ))}
      <Modal
        opened={reading !== null}
        onClose={() => setReading(null)}
        title={<span dir="auto">{reading?.title}</span>}
        size="lg"
        centered
        closeButtonProps={{ 'aria-label': t('components.close') }}
        classNames={{ title: c.modalTitle, body: c.modalBody }}
      >
        {reading && (
          <>
            {/* a long text is scrolled by keyboard, too */}
            <div className={c.legal} tabIndex={0} role="region" aria-label={reading.title}>
              <Markdown source={reading.body} lang={reading.locale} />
            </div>
            <p className={v.note}>{t('register.version', { version: reading.version })}</p>
          </>
        )}
      </Modal>
    </fieldset>
  );
}
