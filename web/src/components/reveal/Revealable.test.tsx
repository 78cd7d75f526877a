import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { tenantApi } from '@/api/client';
import { ApiError } from '@/api/errors';
import { renderApp } from '@/test/render';
import { Revealable } from './Revealable';

const may = vi.hoisted(() => ({ reveal: true }));
vi.mock('@/session/session', () => ({
  useCan: () => (key: string) => may.reveal && key === 'clients.reveal',
}));

const CLEAR = '+447700900123';
let client: QueryClient;
function Cache() {
  client = useQueryClient();
  return null;
}
const cached = () =>
  JSON.stringify([
    client
      .getQueryCache()
      .getAll()
      .map((q) => q.state),
    client
      .getMutationCache()
      .getAll()
      .map((m) => m.state),
  ]);
const show = (record: { masked?: string[]; hidden?: string[] }) =>
  renderApp(
    <>
      <Revealable
        entity="clients"
        record={{ id: 'c1', ...record }}
        field="phone"
        label="Phone"
        value="+44 •••• ••• 123"
      />
      <Cache />
    </>,
  );
const eye = () => screen.queryByRole('button', { name: 'Reveal: Phone' });

beforeEach(() => {
  may.reveal = true;
  vi.useFakeTimers({ shouldAdvanceTime: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('offers an eye only where something is masked and the role may look', async () => {
  const { unmount } = await show({ hidden: ['phone'], masked: ['phone'] });
  expect(eye()).toBeNull();
  unmount();
  may.reveal = false;
  await show({ masked: ['phone'] });
  expect(eye()).toBeNull();
});

it('shows the value for a minute and keeps it nowhere', async () => {
  const call = vi
    .spyOn(tenantApi, 'call')
    .mockResolvedValue({ phone: CLEAR, quota: { used: 1, limit: 20 } } as never);
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await show({ masked: ['phone'] });
  await user.click(eye() as HTMLElement);
  await user.click(await screen.findByRole('button', { name: 'Reveal' }));
  expect(await screen.findByText(CLEAR)).toBeTruthy();
  expect(call).toHaveBeenCalledWith('post', '/clients/{id}/reveal', {
    path: { id: 'c1' },
    body: { fields: ['phone'], purpose: 'Call back' },
  });
  act(() => vi.advanceTimersByTime(61_000));
  expect(screen.queryByText(CLEAR)).toBeNull();
  expect(eye()).toBeTruthy();
  expect(cached()).toContain('"used":1');
  expect(cached()).not.toContain(CLEAR);
});

it('tells when the day’s limit is used up', async () => {
  vi.spyOn(tenantApi, 'call').mockRejectedValue(new ApiError(429, { code: 'reveal_quota' }));
  const user = userEvent.setup({ advanceTimers: vi.advanceTimersByTime });
  await show({ masked: ['phone'] });
  await user.click(eye() as HTMLElement);
  await user.click(await screen.findByRole('button', { name: 'Reveal' }));
  expect(await screen.findByText(/used up today’s views/)).toBeTruthy();
});
