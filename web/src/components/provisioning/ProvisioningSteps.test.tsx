import { MantineProvider } from '@mantine/core';
import { render, screen } from '@testing-library/react';
import { beforeAll, expect, it } from 'vitest';
import { setupI18n } from '@/i18n';
import { blankSteps, type Provisioning } from '@/lib/provisioning';
import { ProvisioningSteps } from './ProvisioningSteps';

const AT = '2026-11-20T10:00:00Z';
const failed: Provisioning = {
  id: 'p1',
  slug: 'acme',
  status: 'failed',
  name: 'Acme',
  tenant_url: 'http://acme.localhost',
  created_at: AT,
  error: null,
  steps: blankSteps().map((step, i) =>
    i < 2
      ? { ...step, status: 'done', started_at: AT, finished_at: '2026-11-20T10:00:02Z' }
      : i === 2
        ? { ...step, status: 'failed', started_at: AT, error: 'connection reset' }
        : step,
  ),
};
const show = (p: Provisioning | undefined, showErrors = false) =>
  render(
    <MantineProvider env="test">
      <ProvisioningSteps provisioning={p} showErrors={showErrors} />
    </MantineProvider>,
  );

beforeAll(async () => {
  const en = await import('./i18n/en.json');
  await setupI18n({ en: { 'provisioning/i18n/en.json': { default: en.default } }, ar: {} }, 'en');
});

it('lists every step before the first answer', () => {
  show(undefined);
  expect(screen.getAllByRole('listitem')).toHaveLength(9);
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('0');
});

it('says what is done, what failed, and the reason only to the owner', () => {
  const { unmount } = show(failed);
  expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('2');
  expect(screen.getByText('2 of 9 steps')).toBeTruthy();
  expect(screen.queryByText('connection reset')).toBeNull();
  expect(screen.getByRole('status').textContent).toBe('The setup stopped');
  unmount();
  show(failed, true);
  expect(screen.getByText('connection reset')).toBeTruthy();
});
