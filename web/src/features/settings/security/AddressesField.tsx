import { Button, Textarea, type TextareaProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Ltr, Notice } from '@/components';
import { ownAddressQuery } from '../general/query';
import { badLines, linesOf, lockedOut } from './addresses';
import c from './security.module.css';

type Props = Omit<TextareaProps, 'value' | 'onChange'> & { value: string; onChange: (value: string) => void };

/** One address or network per line. Whoever would shut out themselves is told before the server refuses. */
export function AddressesField({ value, onChange, ...rest }: Props) {
  const { t } = useTranslation();
  const { data: own } = useQuery(ownAddressQuery);
  const lines = linesOf(value);
  const out = !badLines(lines).length && lockedOut(lines, own);
  const add = () => own && onChange([...lines, own].join('\n'));
  return (
    <div className={c.addresses}>
      <Textarea
        {...rest}
        dir="ltr"
        autosize
        minRows={3}
        maxRows={12}
        spellCheck={false}
        placeholder={'203.0.113.0/24\n2001:db8::/32'}
        classNames={{ input: c.mono }}
        value={value}
        onChange={(e) => onChange(e.currentTarget.value)}
      />
      {own && (
        <p className={c.own}>
          {t('general.yourAddress')} <Ltr>{own}</Ltr>
        </p>
      )}
      {out && (
        <Notice tone="warn">
          {t('general.wouldLockOut')}{' '}
          <Button variant="default" size="compact-xs" onClick={add}>
            {t('general.addMine')}
          </Button>
        </Notice>
      )}
    </div>
  );
}
