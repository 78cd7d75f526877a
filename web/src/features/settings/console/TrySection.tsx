import { Button, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isApiError } from '@/api/errors';
import { errorText, Notice } from '@/components';
import c from './console.module.css';
import { faultText } from './faults';
import { useTryToken } from './query';
import { tokenOf } from './reasons';
import { Section } from './Section';
import { TrialCard } from './TrialCard';

/** Puts a token to the test as it would be when the console sends it. Nothing is changed, nobody gets an account. */
export function TrySection() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [empty, setEmpty] = useState(false);
  const trial = useTryToken();
  const fault = isApiError(trial.error) ? trial.error.fields.token?.[0] : undefined;
  const submit = (e?: FormEvent) => {
    e?.preventDefault();
    const token = tokenOf(text);
    setEmpty(!token);
    if (token) trial.mutate(token);
    else trial.reset();
  };
  return (
    <div className={c.try}>
      <Section title={t('console.try')} about={<p>{t('console.tryAbout')}</p>}>
        <form className={c.stack} onSubmit={submit} noValidate>
          <Textarea
            label={t('console.token')}
            placeholder="eyJhbGciOiJIUzI1NiIs…"
            classNames={{ input: c.token }}
            autosize
            minRows={4}
            maxRows={10}
            spellCheck={false}
            autoComplete="off"
            value={text}
            error={empty ? t('console.problem.needToken') : fault && faultText(fault)}
            onChange={(e) => {
              setText(e.currentTarget.value);
              setEmpty(false);
              // an answer must not stand beside another token than its own
              trial.reset();
            }}
            onKeyDown={(e) => {
              if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) submit(e);
            }}
          />
          <div>
            <Button type="submit" variant="default" loading={trial.isPending}>
              {t('console.tryIt')}
            </Button>
          </div>
        </form>
        {trial.error && !fault ? <Notice tone="neg">{errorText(trial.error)}</Notice> : null}
        <div aria-live="polite">{trial.data && <TrialCard trial={trial.data} />}</div>
      </Section>
    </div>
  );
}
