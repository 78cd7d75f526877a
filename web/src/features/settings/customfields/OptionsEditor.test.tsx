import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { renderApp } from '@/test/render';
import { newOption, OptionsEditor } from './OptionsEditor';

function Editor() {
  const [options, setOptions] = useState([newOption('', 'Careful'), newOption()]);
  return <OptionsEditor options={options} onChange={setOptions} />;
}
const lines = () => screen.getAllByRole<HTMLInputElement>('textbox');

describe('OptionsEditor', () => {
  // whoever types on does not wait for the next frame: here it never comes
  beforeEach(() => {
    vi.stubGlobal('requestAnimationFrame', () => 0);
    return () => vi.unstubAllGlobals();
  });

  it('has the focus in the new line before the next key', async () => {
    await renderApp(<Editor />);
    lines()[0]?.focus();
    fireEvent.keyDown(lines()[0] as HTMLInputElement, { key: 'Enter' });
    expect(lines().map((l) => l.value)).toEqual(['Careful', '', '']);
    expect(document.activeElement).toBe(lines()[1]);
  });
  it('goes to the line above one that is removed', async () => {
    await renderApp(<Editor />);
    const remove = screen.getAllByRole('button', { name: /^Remove/ }).at(-1) as HTMLElement;
    fireEvent.click(remove);
    expect(lines()).toHaveLength(1);
    expect(document.activeElement).toBe(lines()[0]);
  });
});
