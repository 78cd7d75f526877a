import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import type { Scope } from '@/api/types';
import { renderApp } from '@/test/render';
import { Segments } from './Segments';

const SLOTS: Scope[] = ['none', 'own', 'team', 'all'];

describe('Segments', () => {
  it('offers only what there is, and tells what was picked', async () => {
    const pick = vi.fn();
    await renderApp(
      <Segments<Scope>
        label="See users"
        value="none"
        slots={SLOTS}
        options={['none', 'team', 'all']}
        text={(s) => s}
        hue={() => 'grey'}
        onPick={pick}
      />,
    );
    expect(screen.getByRole('radiogroup', { name: 'See users' })).toBeTruthy();
    expect(screen.getAllByRole('radio').map((r) => r.getAttribute('value'))).toEqual(['none', 'team', 'all']);
    await userEvent.click(screen.getByRole('radio', { name: 'team' }));
    expect(pick).toHaveBeenCalledWith('team');
  });
});
