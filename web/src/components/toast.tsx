import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertCircle, IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { isApiError } from '@/api/errors';
import { i18next } from '@/i18n';
import classes from './toast.module.css';

const common = { classNames: { root: classes.root, description: classes.text }, withBorder: false };

/** Message of a failure in the user's language where the code is known, else the server's own words. */
export function errorText(error: unknown): string {
  if (!isApiError(error)) return i18next.t('components.error.unexpected');
  const key = `components.error.${error.code}`;
  if (i18next.exists(key)) return i18next.t(key);
  if (error.status === 403) return i18next.t('components.error.forbidden');
  if (error.status >= 500) return i18next.t('components.error.server');
  return error.message || i18next.t('components.error.unexpected');
}

export const toast = {
  done(message: string): void {
    notifications.show({
      ...common,
      message,
      icon: <IconCheck size={16} />,
      color: 'teal.8',
      autoClose: 3500,
      closeButtonProps: { 'aria-label': i18next.t('components.close') },
    });
  },
  failure(error: unknown): void {
    const id = isApiError(error) ? error.requestId : null;
    notifications.show({
      ...common,
      message: (
        <>
          {errorText(error)}
          {id && (
            <span className={classes.request}>
              {i18next.t('components.requestId')} <bdi>{id}</bdi>
            </span>
          )}
        </>
      ),
      icon: <IconAlertCircle size={16} />,
      color: 'red.8',
      autoClose: 7000,
      closeButtonProps: { 'aria-label': i18next.t('components.close') },
    });
  },
  /** Something that did not happen, and why. */
  problem(message: string): void {
    notifications.show({
      ...common,
      message,
      icon: <IconAlertCircle size={16} />,
      color: 'red.8',
      autoClose: 7000,
      closeButtonProps: { 'aria-label': i18next.t('components.close') },
    });
  },
  /** A destructive action that can still be taken back for six seconds. */
  undo(message: string, onUndo: () => void, { ms = 6000, aside = false } = {}): string {
    const id = `undo-${Date.now()}-${Math.random().toString(36).slice(2, 7)}`;
    notifications.show({
      ...common,
      id,
      autoClose: ms,
      // out of the way of what stands at the bottom of forms and drawers
      position: aside ? 'top-center' : undefined,
      withCloseButton: false,
      message: (
        <Group justify="space-between" wrap="nowrap" gap="md">
          <Text size="sm" component="span">
            {message}
          </Text>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              notifications.hide(id);
              onUndo();
            }}
          >
            {i18next.t('components.undo')}
          </Button>
        </Group>
      ),
    });
    return id;
  },
  /** Something that came up and has a place to go to; it stays for a while. */
  news(message: ReactNode, label: string, onGo: () => void): void {
    const id = `news-${Date.now()}-${Math.random().toString(36).slice(2, 7)}`;
    notifications.show({
      ...common,
      id,
      autoClose: 20_000,
      closeButtonProps: { 'aria-label': i18next.t('components.close') },
      message: (
        <Group justify="space-between" wrap="nowrap" gap="md">
          <Text size="sm" component="span">
            {message}
          </Text>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => {
              notifications.hide(id);
              onGo();
            }}
          >
            {label}
          </Button>
        </Group>
      ),
    });
  },
  hide(id: string): void {
    notifications.hide(id);
  },
};
