import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useId, useRef } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { moved } from '@/components/reorder';
import c from './customfields.module.css';
import type { OptionDraft } from './keys';

type Props = { options: OptionDraft[]; error?: string; onChange: (options: OptionDraft[]) => void };

let made = 0;
export const newOption = (key = '', label = ''): OptionDraft => {
  made += 1;
  return { id: `o${made}`, key, label };
};

/** The choices of a field, one line each. Enter adds the next. */
export function OptionsEditor({ options, error, onChange }: Props) {
  const { t } = useTranslation();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  /** The line is there and has the focus before the next key comes: a frame later, it would land in the old line. */
  const change = (next: OptionDraft[], focused: number) => {
    flushSync(() => onChange(next));
    list.current?.querySelectorAll<HTMLInputElement>('input')[focused]?.focus();
  };
  const add = (after = options.length - 1) =>
    change([...options.slice(0, after + 1), newOption(), ...options.slice(after + 1)], after + 1);
  const remove = (at: number) =>
    change(
      options.filter((_, i) => i !== at),
      Math.max(0, at - 1),
    );
  const rename = (at: number, label: string) =>
    onChange(options.map((o, i) => (i === at ? { ...o, label } : o)));
  return (
    <div role="group" aria-labelledby={id} ref={list}>
      <p id={id} className={c.label}>
        {t('customfields.options')}
      </p>
      <div className={c.options}>
        {options.map((o, i) => {
          const name = o.label || t('customfields.option', { at: i + 1 });
          return (
            <div key={o.id} className={c.option}>
              <TextInput
                className={c.optionText}
                aria-label={t('customfields.option', { at: i + 1 })}
                value={o.label}
                error={i === 0 && error ? true : undefined}
                autoComplete="off"
                onChange={(e) => rename(i, e.currentTarget.value)}
                onKeyDown={(e) => {
                  if (e.key !== 'Enter') return;
                  e.preventDefault();
                  add(i);
                }}
              />
              <ActionIcon
                aria-label={t('customfields.up', { name })}
                disabled={i === 0}
                onClick={() => onChange(moved(options, i, i - 1))}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('customfields.down', { name })}
                disabled={i === options.length - 1}
                onClick={() => onChange(moved(options, i, i + 1))}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon aria-label={t('customfields.removeOption', { name })} onClick={() => remove(i)}>
                <IconTrash size={15} />
              </ActionIcon>
            </div>
          );
        })}
      </div>
      {error && (
        <p className={c.error} role="alert">
          {error}
        </p>
      )}
      <Button
        variant="default"
        size="compact-sm"
        mt={8}
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => add()}
      >
        {t('customfields.addOption')}
      </Button>
    </div>
  );
}
