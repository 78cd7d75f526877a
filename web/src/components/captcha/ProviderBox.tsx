import { Button, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '@/components';
import c from './captcha.module.css';
import { loadProvider, type ProviderKind, type Widget } from './provider';

type Props = {
  kind: ProviderKind;
  siteKey: string;
  /** Another number starts the box anew. */
  round: number;
  error?: string;
  onToken: (token: string | null) => void;
};

/** The box of hCaptcha or Turnstile. */
export function ProviderBox({ kind, siteKey, round, error, onToken }: Props) {
  const { t, i18n } = useTranslation();
  const theme = useComputedColorScheme('light');
  const box = useRef<HTMLDivElement>(null);
  const widget = useRef<{ api: Widget; id: string } | null>(null);
  const [state, setState] = useState<'loading' | 'there' | 'failed'>('loading');
  const [attempt, setAttempt] = useState(0);
  const tell = useRef(onToken);
  tell.current = onToken;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt loads again
  useEffect(() => {
    let gone = false;
    setState('loading');
    loadProvider(kind).then(
      (api) => {
        if (gone || !box.current) return;
        const id = api.render(box.current, {
          sitekey: siteKey,
          theme,
          hl: i18n.language,
          language: i18n.language,
          callback: (token) => tell.current(token),
          'expired-callback': () => tell.current(null),
          'error-callback': () => tell.current(null),
        });
        widget.current = { api, id };
        setState('there');
      },
      () => !gone && setState('failed'),
    );
    return () => {
      gone = true;
      widget.current?.api.remove(widget.current.id);
      widget.current = null;
    };
  }, [kind, siteKey, theme, i18n.language, attempt]);

  useEffect(() => {
    if (round > 0) widget.current?.api.reset(widget.current.id);
  }, [round]);

  return (
    <div className={c.provider}>
      {state === 'failed' && (
        <Notice tone="neg">
          {t('captcha.blocked')}{' '}
          <Button size="compact-sm" variant="default" onClick={() => setAttempt((n) => n + 1)}>
            {t('components.retry')}
          </Button>
        </Notice>
      )}
      <div ref={box} className={c.box} data-state={state} />
      {error && <Notice tone="neg">{error}</Notice>}
    </div>
  );
}
