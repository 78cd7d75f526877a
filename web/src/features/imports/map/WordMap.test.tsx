import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { renderApp } from '@/test/render';
import { WordMap } from './WordMap';

const options = [
  { value: 'new', label: 'New' },
  { value: 'active', label: 'Active' },
];

function Harness() {
  const [meanings, setMeanings] = useState<Record<string, string>>({});
  return (
    <>
      <WordMap
        column="Status"
        words={['Aktiv']}
        meanings={meanings}
        options={options}
        onMean={(word, meaning) => setMeanings((m) => ({ ...m, [word]: meaning ?? '' }))}
      />
      <output>{JSON.stringify(meanings)}</output>
    </>
  );
}

it('gives words a meaning by keyboard, also those that no sample had', async () => {
  await renderApp(<Harness />);
  fireEvent.click(screen.getByRole('button', { name: /Aktiv/ }));
  const list = screen.getByRole('listbox');
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'ArrowDown' });
  fireEvent.keyDown(list, { key: 'Enter' });
  expect(screen.getByRole('status').textContent).toBe('{"Aktiv":"active"}');
  const more = screen.getByRole('textbox');
  fireEvent.change(more, { target: { value: ' Neu ' } });
  fireEvent.keyDown(more, { key: 'Enter' });
  fireEvent.click(screen.getByRole('button', { name: /Neu/ }));
  fireEvent.keyDown(screen.getByRole('listbox'), { key: 'ArrowDown' });
  fireEvent.keyDown(screen.getByRole('listbox'), { key: 'Enter' });
  expect(screen.getByRole('status').textContent).toBe('{"Aktiv":"active","Neu":"new"}');
});
