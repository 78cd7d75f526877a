import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { tenantApi } from '@/api/client';
import { ApiError } from '@/api/errors';
import type { Client } from '@/api/types';
import { toast } from '@/components';
import { renderApp } from '@/test/render';
import { MergeDialog } from './MergeDialog';
import type { Conflict, Merged } from './types';

vi.mock('@/session/session', () => ({ useCan: () => () => true }));

const client = (more: Partial<Client>): Client =>
  ({
    id: 'old',
    name: 'Ana Reis',
    first_name: 'Ana',
    last_name: 'Reis',
    email: 'ana@example.com',
    status: 'new',
    kyc_status: 'missing',
    tags: [],
    custom: {},
    masked: [],
    hidden: [],
    currency: 'USD',
    created_at: '2025-01-01T00:00:00Z',
    version: 3,
    ...more,
  }) as unknown as Client;
const older = client({ country: 'PT' });
const newer = client({
  id: 'new',
  name: 'Ana M. Reis',
  email: 'reis@example.com',
  country: 'BR',
  created_at: '2026-01-01T00:00:00Z',
  version: 7,
});
const conflict = (field: string, more: Partial<Conflict> = {}): Conflict => ({
  field,
  chosen: 'keep',
  choosable: true,
  ...more,
});

type Body = { keep_id: string; fields?: Record<string, string>; dry_run?: boolean };
/** As the server does it: what is chosen is in the record. */
function answer({ keep_id, fields = {}, dry_run }: Body, conflicts: Conflict[]): Merged {
  const [keep, drop] = keep_id === 'old' ? [older, newer] : [newer, older];
  const taken = Object.fromEntries(
    Object.entries(fields).map(([f, which]) => [f, (which === 'drop' ? drop : keep)[f as keyof Client]]),
  );
  return {
    ...(dry_run ? {} : { merge_id: 'm1' }),
    record: { ...keep, ...taken } as Client,
    keep,
    drop,
    conflicts: conflicts.map((x) => ({ ...x, chosen: (fields[x.field] as 'keep') ?? x.chosen })),
    moved: { documents: 2, consents: 0, registrations: 0, leads: 1 },
  };
}

async function show(conflicts: Conflict[], onMerge?: (body: unknown) => Merged) {
  const asked: Body[] = [];
  vi.spyOn(tenantApi, 'call').mockImplementation(async (_method, path, options) => {
    if (path !== '/clients/merge') return { data: [] } as never;
    const body = options?.body as Body;
    asked.push(body);
    return (!body.dry_run && onMerge ? onMerge(body) : answer(body, conflicts)) as never;
  });
  const onClose = vi.fn();
  const onMerged = vi.fn();
  await renderApp(<MergeDialog a={newer} b={older} onClose={onClose} onMerged={onMerged} />);
  return { asked, onClose, onMerged };
}
const group = (name: string) => screen.findByRole('radiogroup', { name });
const result = () => screen.getByRole('region', { name: 'What comes of it' });
const checked = async (name: string) =>
  within(await group(name))
    .getAllByRole<HTMLInputElement>('radio')
    .find((r) => r.checked)?.value;

afterEach(() => vi.restoreAllMocks());

it('is worked by the keyboard alone and sends what was chosen, with what was seen', async () => {
  const said = vi.spyOn(toast, 'news').mockImplementation(() => undefined);
  const { asked, onClose, onMerged } = await show([conflict('email'), conflict('country')]);
  const user = userEvent.setup();
  await group('E-mail');
  await waitFor(() => expect((document.activeElement as HTMLInputElement).value).toBe('keep'));
  // the older one stays
  expect(asked[0]).toEqual({ keep_id: 'old', drop_id: 'new', dry_run: true });
  await user.keyboard('{ArrowDown}');
  expect((await group('Country')).contains(document.activeElement)).toBe(true);
  expect(await checked('Country')).toBe('keep');
  await user.keyboard('{ArrowRight}');
  expect(await checked('Country')).toBe('drop');
  expect(await checked('E-mail')).toBe('keep');
  await waitFor(() => expect(within(result()).getByText('Brazil')).toBeTruthy());
  expect(within(result()).getByText('Moves along: 2 documents, 1 lead')).toBeTruthy();
  await user.keyboard('{Enter}');
  await waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(asked.at(-1)).toEqual({
    keep_id: 'old',
    drop_id: 'new',
    fields: { country: 'drop' },
    keep_version: 3,
    drop_version: 7,
  });
  expect(onMerged).toHaveBeenCalledWith('old');
  expect(said).toHaveBeenCalledWith('Ana M. Reis was merged into Ana Reis', 'Split', expect.anything());
});

it('starts over when the other one is to stay', async () => {
  const { asked } = await show([conflict('email')]);
  const user = userEvent.setup();
  await user.click(within(await group('E-mail')).getAllByRole('radio')[1] as HTMLElement);
  await user.click(screen.getByRole('button', { name: /keep the other one/ }));
  await waitFor(() => expect(asked.at(-1)).toEqual({ keep_id: 'new', drop_id: 'old', dry_run: true }));
  expect(await checked('E-mail')).toBe('keep');
  expect(
    within(await group('E-mail'))
      .getAllByRole('radio')[0]
      ?.closest('label')?.textContent,
  ).toBe('reis@example.com');
});

it('lets nobody choose what they do not see', async () => {
  await show([conflict('email', { choosable: false }), conflict('country')]);
  const user = userEvent.setup();
  await group('E-mail');
  await waitFor(async () => expect((await group('Country')).contains(document.activeElement)).toBe(true));
  await user.keyboard('{ArrowUp}');
  expect((await group('Country')).contains(document.activeElement)).toBe(true);
});

it('stays open and says why when the server refuses', async () => {
  const { onClose } = await show([conflict('email')], () => {
    throw new ApiError(409, { code: 'currencies_differ' });
  });
  const user = userEvent.setup();
  await group('E-mail');
  await user.click(screen.getByRole('button', { name: 'Merge' }));
  expect(await screen.findByText(/in different currencies/)).toBeTruthy();
  expect(onClose).not.toHaveBeenCalled();
});
