import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { ApiError } from '@/api/errors';
import { renderApp } from '@/test/render';
import { SecondStep } from './SecondStep';

const show = (more: Partial<Parameters<typeof SecondStep>[0]> = {}) => {
  const onSubmit = vi.fn();
  const ui = <SecondStep busy={false} error={null} onSubmit={onSubmit} onBack={vi.fn()} {...more} />;
  return { onSubmit, ui };
};

it('sends six digits as soon as they are there, whatever figures they are typed in', async () => {
  const { onSubmit, ui } = show();
  await renderApp(ui);
  await userEvent.type(screen.getByLabelText('Six-digit code'), '١٢٣ 45');
  expect(onSubmit).not.toHaveBeenCalled();
  await userEvent.type(screen.getByLabelText('Six-digit code'), '6');
  expect(onSubmit).toHaveBeenCalledExactlyOnceWith('123456');
});
it('says what is missing instead of sending it', async () => {
  const { onSubmit, ui } = show();
  await renderApp(ui);
  await userEvent.type(screen.getByLabelText('Six-digit code'), '123');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(screen.getByText('Enter all six digits.')).toBeTruthy();
  expect(onSubmit).not.toHaveBeenCalled();
});
it('takes a recovery code in its place', async () => {
  const { onSubmit, ui } = show();
  await renderApp(ui);
  await userEvent.click(screen.getByRole('button', { name: 'Use a recovery code' }));
  await userEvent.type(screen.getByLabelText('Recovery code'), 'AB12 CD34 EF56 GH78');
  await userEvent.click(screen.getByRole('button', { name: 'Continue' }));
  expect(onSubmit).toHaveBeenCalledExactlyOnceWith('ab12-cd34-ef56-gh78');
});
it('shows a refused code at the field until something is typed', async () => {
  const { ui } = show({ error: new ApiError(401, { code: 'otp_invalid' }) });
  await renderApp(ui);
  expect(screen.getByText(/This code is not right/)).toBeTruthy();
  await userEvent.type(screen.getByLabelText('Six-digit code'), '1');
  expect(screen.queryByText(/This code is not right/)).toBeNull();
});
it('waits while the account is locked', async () => {
  const { onSubmit, ui } = show({ wait: '0:30' });
  await renderApp(ui);
  await userEvent.type(screen.getByLabelText('Six-digit code'), '123456');
  expect(onSubmit).not.toHaveBeenCalled();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: '0:30' }).disabled).toBe(true);
});
