import { Button, Drawer, Group } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import c from './FormDrawer.module.css';

type Props = {
  opened: boolean;
  title: string;
  submit: string;
  busy?: boolean;
  onSubmit: (e: FormEvent<HTMLFormElement>) => void;
  onClose: () => void;
  children: ReactNode;
};

/** A right-hand drawer with one form: fields scroll, the actions stay. */
export function FormDrawer({ opened, title, submit, busy, onSubmit, onClose, children }: Props) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={title}
      size={480}
      position="right"
      classNames={{ content: c.content, body: c.body, header: c.head, title: c.title }}
      closeButtonProps={{ 'aria-label': t('components.close') }}
    >
      <form className={c.form} onSubmit={onSubmit} noValidate>
        <div className={c.fields}>{children}</div>
        <Group className={c.foot} justify="flex-end" gap="sm">
          <Button variant="default" size="sm" onClick={onClose}>
            {t('components.cancel')}
          </Button>
          <Button type="submit" size="sm" loading={busy}>
            {submit}
          </Button>
        </Group>
      </form>
    </Drawer>
  );
}
