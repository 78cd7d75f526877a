import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { renderApp } from '@/test/render';
import { Diff } from './Diff';
import { PickMenu } from './PickMenu';
import { InlineText } from './record';
import { ErrorState } from './States';
import { Masked } from './Values';

describe('Masked', () => {
  it('shows a lock and the reason', async () => {
    await renderApp(<Masked record={{ masked: ['email'] }} field="email" value="j•••@e•••.com" />);
    expect(screen.getByText('j•••@e•••.com')).toBeTruthy();
    expect(screen.getByText('Hidden by your role')).toBeTruthy();
  });
  it('never prints a hidden value', async () => {
    await renderApp(<Masked record={{ hidden: ['email'] }} field="email" value="secret@example.com" />);
    expect(screen.queryByText(/secret/)).toBeNull();
  });
});

describe('InlineText', () => {
  it('saves on Enter and shows the server’s complaint', async () => {
    const save = vi
      .fn()
      .mockRejectedValueOnce(
        new ApiError(422, { code: 'validation_failed', data: { fields: { phone: ['is too short'] } } }),
      )
      .mockResolvedValueOnce(undefined);
    await renderApp(<InlineText label="Phone" field="phone" value="+44" onSave={save} />);
    await userEvent.click(screen.getByRole('button', { name: /Edit Phone/ }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Phone' }), '1{Enter}');
    expect(await screen.findByText('This is too short.')).toBeTruthy();
    await userEvent.type(screen.getByRole('textbox', { name: 'Phone' }), '2{Enter}');
    expect(save).toHaveBeenLastCalledWith('+4412');
    expect(await screen.findByRole('button', { name: /Edit Phone/ })).toBeTruthy();
  });
  it('cancels on Escape', async () => {
    const save = vi.fn();
    await renderApp(<InlineText label="Phone" field="phone" value="+44" onSave={save} />);
    await userEvent.click(screen.getByRole('button', { name: /Edit Phone/ }));
    await userEvent.type(screen.getByRole('textbox', { name: 'Phone' }), '9{Escape}');
    expect(save).not.toHaveBeenCalled();
  });
});

describe('PickMenu', () => {
  it('works by keyboard', async () => {
    const pick = vi.fn();
    const close = vi.fn();
    await renderApp(
      <PickMenu
        anchor={new DOMRect()}
        label="Status"
        options={[
          { value: 'new', label: 'New', hue: 'blue' },
          { value: 'vip', label: 'VIP', hue: 'violet' },
        ]}
        value="new"
        onPick={pick}
        onClose={close}
      />,
    );
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect(pick).toHaveBeenCalledWith('vip');
    expect(close).toHaveBeenCalled();
  });
});

it('Diff strikes the old value and shows the new one', async () => {
  await renderApp(<Diff lines={[{ field: 'status', old: 'new', new: 'vip' }]} label={() => 'Status'} />);
  expect(screen.getByText('new').closest('del')).toBeTruthy();
  expect(screen.getByText('vip').closest('ins')).toBeTruthy();
});

it('ErrorState names the request and tries again', async () => {
  const retry = vi.fn();
  await renderApp(
    <ErrorState error={new ApiError(500, { code: 'internal', request_id: 'req_9' })} onRetry={retry} />,
  );
  expect(screen.getByText('req_9')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(retry).toHaveBeenCalled();
});
